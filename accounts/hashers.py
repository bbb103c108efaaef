"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """argon2id with 19 MiB, two passes, one lane: OWASP's password storage cheat sheet, first choice.

    Django's default takes 100 MiB a login, which eight logins at once on a small server cannot afford.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

/* Puts a button beside each password field that shows what was typed, and hides it again. The field is a password again
   when its form is sent, so that browsers keep and fill it as one. */

for (const field of document.querySelectorAll('input[type="password"]')) {
  const row = document.createElement("div");
  row.className = "shown-on-demand";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet";

  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-label", `${button.textContent} ${field.labels[0]?.textContent.trim() ?? "password"}`);
  };

  field.spellcheck = false;
  field.autocapitalize = "none";
  const hasFocus = document.activeElement === field;
  field.replaceWith(row);
  row.append(field, button);
  if (hasFocus) field.focus(); // What is moved loses it.
  show(false);
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false));
}

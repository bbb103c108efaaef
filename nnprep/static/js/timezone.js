/* Fills a time zone field from the browser, once. <select data-detect-zone> or <input data-detect-zone>: on a page where
   the learner has not chosen yet. A zone that was chosen before, or that a select does not offer, is left alone. */

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const field of document.querySelectorAll("[data-detect-zone]")) {
  const known = field instanceof HTMLSelectElement ? [...field.options].some((option) => option.value === zone) : true;
  if (zone && known && (field.value === "UTC" || !field.value)) field.value = zone;
}

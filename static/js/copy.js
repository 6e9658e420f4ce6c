// Comfort only: the text stands in a field that can be marked and copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // No secure connection, or not allowed: the text is marked, so that one key copies it.
      field.closest("details").open = true;
      field.focus();
      field.select();
      status.textContent = button.dataset.marked;
      return;
    }
    status.textContent = button.dataset.copied;
  });
}

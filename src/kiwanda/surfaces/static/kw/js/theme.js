// Runs before the first paint: the chosen theme, or the system's when none was chosen.
(function () {
  try {
    var chosen = localStorage.getItem("kiwanda-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch (error) { /* storage may be closed to us; the system's theme stands */ }
})();

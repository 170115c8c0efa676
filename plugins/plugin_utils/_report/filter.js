// Copyright: (c) 2026, The quorate project
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// Without it, the page shows everything.
(function () {
  "use strict";
  var box = document.getElementById("filter");
  var field = document.getElementById("filter-text");
  var severity = document.getElementById("filter-severity");
  var said = document.getElementById("filter-said");
  var items = Array.prototype.slice.call(document.querySelectorAll("[data-filter]"));
  function apply() {
    var words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    items.forEach(function (item) {
      var text = item.textContent.toLowerCase();
      var fits = words.every(function (word) { return text.indexOf(word) >= 0; });
      var level = item.getAttribute("data-severity");
      if (severity.value && level && level !== severity.value) { fits = false; }
      item.hidden = !fits;
      if (fits) { shown += 1; }
      var around = item.closest("details");
      if (around && words.length && fits) { around.open = true; }
    });
    said.textContent = words.length || severity.value ? shown + " of " + items.length + " entries" : "";
  }
  box.hidden = false;
  field.addEventListener("input", apply);
  severity.addEventListener("change", apply);
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && document.activeElement !== field) { event.preventDefault(); field.focus(); }
    if (event.key === "Escape" && document.activeElement === field) { field.value = ""; apply(); }
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (part) { part.open = true; });
  });
}());

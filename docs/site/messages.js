/* Copyright: (c) 2026, The quorate project
   GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
   SPDX-License-Identifier: GPL-3.0-or-later
   A field on the page of messages: paste a message as Ansible shows it, with its names and values, and see the closest. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const SHOWN = 5;
  const words = text => new Set(text.toLowerCase().match(/[a-z_][a-z_']+/g) || []);
  const entries = [...document.querySelectorAll("article section section > ul > li")].map(item => ({ item, words: words(item.textContent) }));
  const frequency = new Map();
  for (const entry of entries) for (const word of entry.words) frequency.set(word, (frequency.get(word) || 0) + 1);
  const weight = word => 1 / (frequency.get(word) || 1);
  const total = set => [...set].reduce((sum, word) => sum + weight(word), 0);
  // The share of the message's words that were pasted; long messages win over short ones that are part of them.
  const closeness = (entry, pasted) => {
    const common = [...entry.words].filter(word => pasted.has(word));
    return (total(common) / total(entry.words)) * Math.sqrt(common.length);
  };

  const form = document.createElement("div");
  form.className = "finder";
  form.innerHTML = '<label for="finder">Paste a message, whole or in part:</label><textarea id="finder" rows="3"></textarea><ol aria-live="polite"></ol>';
  document.querySelector("article section section").before(form);
  const [field, list] = [form.querySelector("textarea"), form.querySelector("ol")];
  field.addEventListener("input", () => {
    const pasted = words(field.value);
    const ranked = entries
      .map(entry => ({ ...entry, score: closeness(entry, pasted) }))
      .filter(entry => entry.score > 0.5)
      .sort((one, other) => other.score - one.score);
    list.replaceChildren(...ranked.slice(0, SHOWN).map(({ item }) => {
      const found = document.createElement("li");
      const link = document.createElement("a");
      const heading = item.closest("section").querySelector("h2");
      link.href = `#${item.closest("section").id}`;
      link.textContent = heading.firstChild.textContent + (heading.querySelector("a:not(.headerlink)")?.textContent || "");
      found.append(item.textContent.trim(), " (", link, ")");
      return found;
    }));
  });
});

/* Copyright: (c) 2026, The quorate project
   GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
   SPDX-License-Identifier: GPL-3.0-or-later
   How the search orders its results. A query of many words is most likely a message, so the page of messages comes first.
   The numbers are those of Sphinx. */
"use strict";
var Scorer = {
  score: ([page, , , , score]) => {
    const words = (new URLSearchParams(location.search).get("q") || "").trim().split(/\s+/);
    return page === "docs/site/messages" && words.length >= 5 ? score + 100 : score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

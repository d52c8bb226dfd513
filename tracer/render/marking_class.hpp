// The table of a class: a line for each who handed something in, and which lines went wrong most
// often.
//
//   name  marks  right  follow  wrong  careless  answered of all  went wrong
//   ────  ─────  ─────  ──────  ─────  ────────  ───────────────  ───────────
//   ada   34/36     29       5      2         2            36/45  swapped (2)
//   bob   36/36     36       0      0         0            36/45
//   cem                                                     0/45  unreadable
//
//   Went wrong most often
//     Sample 2: b1: 2 of 3 (swapped: 2)
#pragma once

#include <string>
#include <vector>

#include "tracer/grade/marking.hpp"
#include "tracer/text/style.hpp"

namespace tracer {

std::string class_table(const std::vector<Marking>&, const Style&);

/// The same as CSV (RFC 4180): name, marks, of, right, careless, follow, wrong, answered, asked,
/// unread, went_wrong. Of a file that can't be read only the name is there, 0 answered, asked, and
/// "unreadable" for what went wrong.
std::string class_csv(const std::vector<Marking>&);

}  // namespace tracer

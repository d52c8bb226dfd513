// The marks of a class as a page: a line for each who handed something in, and which lines went wrong most
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
#include "tracer/render/blocks.hpp"

namespace tracer {

Document page_of(const std::vector<Marking>&);

/// The same as CSV (RFC 4180): name, marks, of, right, careless, follow, wrong, answered, asked,
/// unread, went_wrong. Of a file that can't be read only the name is there, 0 answered, asked, and
/// "unreadable" for what went wrong.
std::string class_csv(const std::vector<Marking>&);

}  // namespace tracer

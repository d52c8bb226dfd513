// The table of a class: a line for each who handed something in, and which lines went wrong most
// often.
//
//   name  marks  right  follow  wrong  answered  went wrong
//   ────  ─────  ─────  ──────  ─────  ────────  ───────────────────────────
//   ada   34/36     26       8      2     36/45  b1 and b2 of sample 2: swapped
#pragma once

#include <string>
#include <vector>

#include "tracer/check/marking.hpp"
#include "tracer/view/style.hpp"

namespace tracer {

std::string class_table(const std::vector<Marking>&, const Style&);

/// The same as CSV (RFC 4180): name, marks, of, right, careless, follow, wrong, answered, asked,
/// unread, went_wrong.
std::string class_csv(const std::vector<Marking>&);

}  // namespace tracer

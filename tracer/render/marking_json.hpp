// Marked hand calculations as JSON. What is here stays, fields may be added.
//
//   {"schema": 1, "title": TEXT,        of the lesson
//    "students": [
//      {"name": TEXT, "source": FILE,
//       "marks": 34, "of": 36, "right": 26, "careless": 2, "follow": 8, "wrong": 2,
//                                       right and follow include those that are careless
//       "answered": 36, "asked": 45,
//       "unreadable": null,             or why nothing of it could be marked
//       "lines": [
//         {"step": 2, "heading": "Sample 2", "line": 17, "name": "b1", "answer": "0.0389",
//          "mark": "wrong",             right | careless | follows | follows, careless | no value |
//                                       wrong; no value: on the own earlier values it has none
//          "marks": 0, "of": 1,
//          "wanted": "0.0392",          null for a matrix, without a value, and with --hint
//          "entries": [[0, 1], ...],    of a matrix: those that are not right
//          "follows_from": ["b1", ...],
//          "slips": ["swapped", ...],   their kinds
//          "says": TEXT}, ...],         the verdict as a person reads it
//       "unread": [{"line": 12, "text": TEXT, "why": TEXT}, ...],
//       "remarks": [TEXT, ...]},
//      ...]}
#pragma once

#include <string>
#include <vector>

#include "tracer/grade/marking.hpp"

namespace tracer {

std::string to_json(const std::string& title, const std::vector<Marking>&, bool hint);

}  // namespace tracer

// A derivation as JSON, for programs. The format is stable: what is here stays, fields may be
// added.
//
//   {"schema": 1, "title": TEXT, "parameters": [NAME, ...],
//    "working": TEXT,                  how the lines are rounded; only there for rounded working
//    "steps": [
//      {"step": 2, "epoch": 1,
//       "samples": [2],                from 1, in the order of the data; empty without data
//       "forward":   [{"name": "z1", "expression": "w1*x + b1", "value": V}, ...],
//       "gradients": [{"of": "L", "wrt": "w1", "rule": TEXT,
//                      "terms": [TEXT, ...],   one for each path by which wrt reaches of
//                      "value": V}, ...],      in backward order
//       "updates":   [{"name": "w1", "before": V, "after": V}, ...]},
//                                      only there in lessons that train
//      ...],
//    "remaining": 0}                   steps of the lesson that are not among "steps"
//
// V is, of a scalar,  {"decimal": "1.05832752", "exact": "6614547/6250000"}
//      decimal: proven digits only; exact: null where the value is known as an interval; "proved":
//      false is added where a value could not be told from 0, and then the decimal is "0"
//   of a matrix,      {"shape": [rows, columns], "data": [[V, ...], ...]}  row by row
//   of a line without numbers (a lesson in symbols), null
#pragma once

#include <string>

#include "tracer/derive/document.hpp"

namespace tracer {

/// UTF-8, indented by one blank a level, ends with a newline.
std::string to_json(const Derivation& derivation);

}  // namespace tracer

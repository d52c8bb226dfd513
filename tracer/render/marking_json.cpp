// Marked hand calculations as JSON: to_json of marking_page.hpp. What is here stays, fields may be
// added.
//
//   {"schema": 1, "title": TEXT,        of the lesson
//    "students": [
//      {"name": TEXT, "source": FILE,
//       "marks": 34, "of": 36, "of_all": 45,   of the lines answered, and of all that are asked
//       "right": 26, "careless": 2, "follow": 8, "wrong": 2,
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
#include <nlohmann/json.hpp>

#include "tracer/json_text.hpp"
#include "tracer/render/marking_page.hpp"
#include "tracer/render/text_block.hpp"

namespace tracer {
namespace {

using Json = nlohmann::ordered_json;

Json marks_json(const Rational& marks) {
  if (denominator(marks) == 1) return static_cast<long long>(numerator(marks));
  return Exact(marks).to_double();
}

Json line_json(const MarkedStep& step, const MarkedLine& line, bool hint) {
  Json json{{"step", step.step},
            {"heading", step.heading},
            {"line", line.answer.at},
            {"name", line.answer.name},
            {"answer", line.answer.text},
            {"mark", text_of(line.mark)},
            {"marks", marks_json(line.marks)},
            {"of", marks_json(line.of)}};
  json["wanted"] = hint || line.wanted.empty() ? Json(nullptr) : Json(line.wanted);
  json["entries"] = Json::array();
  for (const MarkedEntry& entry : line.entries)
    json["entries"].push_back({entry.row, entry.column});
  json["follows_from"] = Json::array();
  for (const Notation& name : line.follows_from) json["follows_from"].push_back(text_line(name));
  json["slips"] = Json::array();
  for (const Slip& slip : line.slips) json["slips"].push_back(slip.kind);
  json["says"] = verdict(line, hint);
  return json;
}

Json marking_json(const Marking& marking, bool hint) {
  Json json{{"name", marking.name},
            {"source", marking.source},
            {"marks", marks_json(marking.marks())},
            {"of", marks_json(marking.of())},
            {"of_all", marks_json(marking.of_all)},
            {"right", marking.right()},
            {"careless", marking.careless()},
            {"follow", marking.follow()},
            {"wrong", marking.wrong()},
            {"answered", marking.answered},
            {"asked", marking.asked}};
  json["unreadable"] = marking.unreadable.empty() ? Json(nullptr) : Json(marking.unreadable);
  json["lines"] = Json::array();
  for (const MarkedStep& step : marking.steps) {
    for (const MarkedLine& line : step.lines) json["lines"].push_back(line_json(step, line, hint));
  }
  json["unread"] = Json::array();
  for (const UnreadLine& line : marking.unread)
    json["unread"].push_back({{"line", line.line}, {"text", line.text}, {"why", line.why}});
  json["remarks"] = marking.remarks;
  return json;
}

}  // namespace

std::string to_json(const std::string& title, const std::vector<Marking>& markings, bool hint) {
  Json json{{"schema", 1}, {"title", title}};
  json["students"] = Json::array();
  for (const Marking& marking : markings) json["students"].push_back(marking_json(marking, hint));
  return json_text(json, 1) + "\n";
}

}  // namespace tracer

#include "tracer/check/step_errors.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr int smallest_step = 20;  // 10⁻²⁰

struct Entry {
  std::string name;
  Eigen::Index row = -1;  // −1: the largest of the array
  Eigen::Index column = -1;
};

// "W1[0, 1]", "w"
Entry parse_entry(const std::string& text) {
  Entry entry;
  const auto bracket = text.find('[');
  entry.name = text.substr(0, bracket);
  if (bracket == std::string::npos) return entry;
  long row = -1;
  long column = -1;
  char end = 0;
  char more = 0;
  const int read =
      std::sscanf(text.c_str() + bracket, "[%ld ,%ld %c%c", &row, &column, &end, &more);
  if (read != 3 || end != ']' || row < 0 || column < 0)
    throw Error(fmt::format("{}: expected an entry as W[3,5], counted from 0", text));
  entry.row = row;
  entry.column = column;
  return entry;
}

struct EntryPlace {
  NodeId node = -1;
  Eigen::Index entry = 0;  // column by column
};

EntryPlace largest(const ExactPoint& point, std::span<const NodeId> among) {
  EntryPlace place{among.front(), 0};
  double most = -1;
  for (const NodeId id : among) {
    const Array<Exact>& gradient = point.gradients.at(id);
    for (Eigen::Index k = 0; k < gradient.size(); ++k) {
      if (const double size = magnitude(gradient(k)); size > most) {
        most = size;
        place = {id, k};
      }
    }
  }
  return place;
}

EntryPlace place_of(const ExactPoint& point, const std::string& text) {
  const CheckedGraph& checked = point.checked;
  if (checked.wrt.empty()) throw Error("the lesson takes no gradient");
  if (text.empty()) return largest(point, checked.wrt);
  const Entry entry = parse_entry(text);
  const NodeId id = checked.graph->find(entry.name);
  const std::vector<NodeId> one{id};
  if (entry.row < 0) return largest(point, one);
  const Shape& shape = (*checked.graph)[id].shape;
  if (entry.row >= shape.rows.count || entry.column >= shape.columns.count) {
    throw Error(fmt::format("{}: {} is {}, counted from 0", text, entry.name, to_string(shape)));
  }
  return {id, entry.row + entry.column * shape.rows.count};
}

template <class S>
S step_over(int exponent, Working working) {
  if constexpr (std::is_same_v<S, Exact>) {
    return Exact(power_of_ten(-exponent), working);
  } else {
    return static_cast<S>(std::pow(10.0, -exponent));
  }
}

// The difference quotients of one entry over S, as exact numbers; nothing where a step leads out of
// a domain.
template <class S>
std::vector<std::optional<Exact>> quotients(const ExactPoint& point, const EntryPlace& place,
                                            bool central, Working working) {
  MovedRun<S> run(point.checked, working);
  run.choose(place.node);
  std::vector<std::optional<Exact>> found;
  for (int exponent = 1; exponent <= smallest_step; ++exponent) {
    const S h = step_over<S>(exponent, working);
    try {
      const S up = run.at(place.entry, h).result;
      const S quotient =
          central ? S((up - run.at(place.entry, -h).result) / (2 * h)) : S((up - run.base()) / h);
      if constexpr (std::is_same_v<S, Exact>) {
        found.emplace_back(quotient);
      } else if (std::isfinite(quotient)) {
        found.emplace_back(Exact::from_double(static_cast<double>(quotient)));
      } else {
        found.emplace_back();
      }
    } catch (const Error&) {
      found.emplace_back();
    } catch (const Undecided&) {
      found.emplace_back();
    }
  }
  return found;
}

template <class S>
StepErrors errors_of(const std::string& name, const ExactPoint& point, const EntryPlace& place,
                     bool central, Working working) {
  StepErrors made{name, {}};
  const Exact& gradient = point.gradients.at(place.node)(place.entry);
  const double size = magnitude(gradient);
  for (const std::optional<Exact>& quotient : quotients<S>(point, place, central, working)) {
    made.errors.push_back(quotient ? magnitude(*quotient - gradient) / (size > 0 ? size : 1)
                                   : std::numeric_limits<double>::quiet_NaN());
  }
  return made;
}

}  // namespace

std::size_t StepErrors::best() const {
  std::size_t best = 0;
  for (std::size_t i = 1; i < errors.size(); ++i) {
    if (errors[i] < errors[best] || std::isnan(errors[best])) best = i;
  }
  return best;
}

double StepErrors::step(std::size_t i) const { return std::pow(10.0, -static_cast<double>(i + 1)); }

StepErrorsTable step_errors(const Program& program, const std::string& entry,
                            const LessonCheckOptions& options) {
  LessonCheckOptions only = options;
  if (!entry.empty()) only.wrt = {parse_entry(entry).name};
  // the gradient to twice the digits, for it is what the differences in 50 digits are measured by
  const ExactPoint point = lesson_point(program, only, {384, options.exact.rational_bits});
  const EntryPlace place = place_of(point, entry);
  const Node& node = (*point.checked.graph)[place.node];
  StepErrorsTable table;
  table.title = program.title;
  table.entry = fmt::format("∂{}/∂{}", name_of_result(program), node.name);
  if (!node.shape.is_scalar()) {
    table.entry += fmt::format("[{}, {}]", place.entry % node.shape.rows.count,
                               place.entry / node.shape.rows.count);
  }
  table.at = name_of_step(program, options.step, point.samples);
  table.gradient = point.gradients.at(place.node)(place.entry);
  table.relative = magnitude(table.gradient) > 0;
  // 166 bits: 50 digits
  const Working digits_50{166, 166};
  table.ways.push_back(errors_of<double>("forward, float64", point, place, false, {}));
  table.ways.push_back(errors_of<float>("central, float32", point, place, true, {}));
  table.ways.push_back(errors_of<double>("central, float64", point, place, true, {}));
  table.ways.push_back(errors_of<Exact>("central, 50 digits", point, place, true, digits_50));
  return table;
}

}  // namespace tracer

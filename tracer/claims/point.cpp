#include "tracer/claims/point.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/claims/leaf_values.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/run/leaves.hpp"

namespace tracer {
namespace {

bool samples_are_rows(const Program& program) { return program.data && program.data->rows; }

}  // namespace

Point point_of(const Program& program, const BatchGraph& batch, const std::vector<int>& samples,
               long long step) {
  Leaves<double> leaves(program, batch, {}, nullptr);
  leaves.take(samples, step);
  Point point;
  for (const Leaves<double>::Leaf& leaf : leaves.all()) {
    if (leaf.values == nullptr) {
      throw Error(fmt::format("{} has no number in {}; give it one, there or with --params",
                              leaf.name, program.source->name()));
    }
    point[leaf.name] = leaf.view();
  }
  return point;
}

Program at_point(Program program, const BatchGraph& batch, const Point& point) {
  for (const auto& [name, value] : point) {
    if (batch.graph[batch.leaves.at(name)].leaf != LeafKind::data) {
      program.values[name] = leaf_value(value);
      continue;
    }
    const auto at = std::ranges::find(program.data->names, name) - program.data->names.begin();
    program.data->values[static_cast<std::size_t>(at)] = leaf_value(value);
    program.data->count = batch.batch_size;
  }
  if (program.training && program.data) take_all_in_order(*program.training);
  return program;
}

namespace {

// 0.1, -2.0, 1e-05
std::string number(double x) {
  std::string text = fmt::format("{}", x);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string json_of(const Array<double>& value) {
  if (value.size() == 1) return number(value(0));
  std::string text = "[";
  for (Eigen::Index r = 0; r < value.rows(); ++r) {
    text += r == 0 ? "[" : ", [";
    for (Eigen::Index c = 0; c < value.cols(); ++c) {
      if (c > 0) text += ", ";
      text += number(value(r, c));
    }
    text += "]";
  }
  return text + "]";
}

std::string object(const BatchGraph& batch, const Point& point, LeafKind kind) {
  std::string text;
  for (const auto& [name, value] : point) {
    if (batch.graph[batch.leaves.at(name)].leaf != kind) continue;
    text += (text.empty() ? "" : ", ") + json_quoted(name) + ": " + json_of(value);
  }
  return "{" + text + "}";
}

}  // namespace

std::string problem_json(const Program& program, const BatchGraph& batch, const Point& point) {
  std::string wanted = program.seed_name.empty() ? json_quoted(program.loss) : "";
  for (const std::string& name : program.wrt) {
    wanted += (wanted.empty() ? "" : ", ") + json_quoted("d" + program.loss + "/d" + name);
  }
  return fmt::format(
      "{{\"schema\": 1, \"loss\": {}, \"batch_size\": {}, \"samples\": \"{}\",\n"
      " \"wanted\": [{}],\n \"params\": {},\n \"data\": {},\n \"inputs\": {},\n \"masks\": {},\n"
      " \"states\": {}}}\n",
      json_quoted(program.loss), batch.batch_size, samples_are_rows(program) ? "rows" : "columns",
      wanted, object(batch, point, LeafKind::parameter), object(batch, point, LeafKind::data),
      object(batch, point, LeafKind::input), object(batch, point, LeafKind::mask),
      object(batch, point, LeafKind::state));
}

}  // namespace tracer

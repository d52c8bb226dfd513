// What the tests of the elaborator share: a lesson from its text, its graph, and its values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/graph/tape.hpp"
#include "tracer/language/elaborate.hpp"

namespace tracer {

/// A text that is worth a few lines of source for each test: called test.lesson in messages.
inline Program lesson(std::string_view text, const ElaborateOptions& options = {}) {
  return load_program(Source("test.lesson", std::string(text)), options);
}

/// All that is said of a lesson with mistakes; "" where there is none.
inline std::string mistakes(std::string_view text, const ElaborateOptions& options = {}) {
  try {
    lesson(text, options);
    return "";
  } catch (const LessonError& error) {
    return error.what();
  }
}

/// The first mistake: its sentence and its remedy, the latter after a newline.
inline std::string mistake(std::string_view text, const ElaborateOptions& options = {}) {
  try {
    lesson(text, options);
    return "";
  } catch (const LessonError& error) {
    const Diagnostic& first = error.errors.at(0);
    return first.remedy.empty() ? first.message : first.message + "\n" + first.remedy;
  }
}

/// The shape of a named value, as messages write it.
inline std::string shape_in(const BatchGraph& built, const std::string& name) {
  const NodeId id = built.graph.find(name);
  return id < 0 ? "no " + name : to_string(built.graph[id].shape);
}
inline std::string shape_of_line(std::string_view text, const std::string& name, int m = 1) {
  return shape_in(*lesson(text).graph(m), name);
}

/// How many nodes of that operation there are.
inline int count_of(const BatchGraph& built, std::string_view operation) {
  int count = 0;
  for (NodeId id = 0; id < built.graph.size(); ++id) {
    const Node& node = built.graph[id];
    count += node.operation != nullptr && node.operation->name == operation ? 1 : 0;
  }
  return count;
}

/// Every named value of a forward pass over the first m samples.
inline std::map<std::string, Array<Exact>> forward(const Program& program, int m = 1) {
  const BatchGraph built = *program.graph(m);
  Tape<Exact> tape(built.graph, {}, Working{.bits = 128});
  std::vector<int> samples;
  for (int k = 0; k < m; ++k) samples.push_back(k);
  for (const auto& [name, id] : built.leaves) {
    if (const auto value = program.values.find(name); value != program.values.end()) {
      tape.own_value(id) = exact_value(value->second);
    }
    for (std::size_t i = 0; program.data && i < program.data->names.size(); ++i) {
      if (program.data->names[i] == name)
        tape.own_value(id) = exact_value(program.data->batch(i, samples));
    }
  }
  tape.forward();
  std::map<std::string, Array<Exact>> values;
  for (NodeId id = 0; id < built.graph.size(); ++id) {
    if (built.graph[id].is_named()) values[built.graph[id].name] = tape.value(id);
  }
  return values;
}

/// "[[1, 1/2], [3, 4]]", a scalar alone: exact numbers only.
inline std::string text_of(const Array<Exact>& value) {
  const auto entry = [&](Eigen::Index i, Eigen::Index j) {
    return value(i, j).is_rational() ? to_string(value(i, j).rational()) : brief(value(i, j));
  };
  if (value.size() == 1) return entry(0, 0);
  std::string text;
  for (Eigen::Index i = 0; i < value.rows(); ++i) {
    text += i == 0 ? "[[" : "], [";
    for (Eigen::Index j = 0; j < value.cols(); ++j) text += (j == 0 ? "" : ", ") + entry(i, j);
  }
  return text + "]]";
}

}  // namespace tracer

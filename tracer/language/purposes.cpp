#include "tracer/language/purposes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tracer/language/constants.hpp"
#include "tracer/language/training.hpp"

namespace tracer {
namespace {

using namespace ast;

class PurposeReader {
 public:
  PurposeReader(Names& names, Program& program, const ElaborateOptions& options_of_run)
      : names_(names), program_(program), options_(options_of_run) {}

  void loss() {
    const auto* train = first_of<Train>(names_.lesson);
    const auto* grad = first_of<Grad>(names_.lesson);
    if (train != nullptr && grad != nullptr && train->loss.text != grad->of.text) {
      throw BadStatement{grad->of.span,
                         fmt::format("train makes {} small, and grad differentiates {}",
                                     train->loss.text, grad->of.text),
                         fmt::format("name the same line in both, e.g. grad {}", train->loss.text)};
    }
    if (train != nullptr || grad != nullptr) {
      const Word& word = train != nullptr ? train->loss : grad->of;
      require_line(word, "differentiated");
      program_.loss = word.text;
      return;
    }
    for (auto it = names_.lesson.statements.rbegin(); it != names_.lesson.statements.rend(); ++it) {
      const auto* line = std::get_if<Assign>(&*it);
      if (line == nullptr || program_.constants.contains(line->name.text) ||
          is_count(names_.lesson, line->value))
        continue;
      program_.loss = line->name.text;
      return;
    }
    if (names_.incomplete) return;
    if (const auto* line = first_of<Assign>(names_.lesson)) {
      throw BadStatement{line->span,
                         "all lines here only hold numbers: there is nothing to differentiate",
                         fmt::format("declare what may vary: param {} = {}", line->name.text,
                                     names_.text(line->value))};
    }
    const std::size_t end = names_.source.text().size();
    throw BadStatement{
        {end, end}, "there is no line to differentiate", "write one, e.g. L = (w*x - y)**2"};
  }

  void wrt() {
    const auto* grad = first_of<Grad>(names_.lesson);
    if (grad != nullptr && grad->with) upstream(*grad->with);
    if (grad != nullptr && !grad->wrt.empty()) {
      for (const Word& word : grad->wrt) {
        names_.find_anywhere(word.text, word.span);
        if (names_.constants.contains(word.text)) {
          throw BadStatement{word.span,
                             word.text + " is a constant: there is no gradient with respect to it",
                             fmt::format("declare it as input {}", word.text)};
        }
        add(word.text);
      }
      return;
    }
    if (options_.differentiate_set) {
      for (const auto& [name, value] : options_.set) {
        if (program_.shapes.contains(name)) add(name);
      }
    }
    for (const std::string& name : program_.parameters) add(name);
    if (!program_.wrt.empty()) return;
    for (const Statement& statement : names_.lesson.statements) {
      const auto* leaf = std::get_if<Leaf>(&statement);
      if (leaf != nullptr && leaf->name.text != program_.seed_name) add(leaf->name.text);
    }
  }

  void training(Diagnostics& diagnostics) {
    if (const auto* train = first_of<Train>(names_.lesson))
      program_.training = read_training(names_, program_, *train, diagnostics);
  }

  void prediction() {
    if (const auto* predict = first_of<Predict>(names_.lesson))
      require_line(predict->name, "predicted");
  }

 private:
  void add(const std::string& name) {
    if (std::ranges::find(program_.wrt, name) == program_.wrt.end()) program_.wrt.push_back(name);
  }

  void require_line(const Word& word, std::string_view what) {
    const Definition& definition = names_.find_anywhere(word.text, word.span);
    if (program_.constants.contains(word.text)) {
      throw BadStatement{
          word.span, fmt::format("{} is a constant, and a constant is not {}", word.text, what)};
    }
    if (definition.kind != Definition::Kind::line) {
      throw BadStatement{
          word.span, fmt::format("{} is given, not computed, so it can't be {}", word.text, what),
          "name a line, e.g. L of L = (w*x - y)**2"};
    }
  }

  void upstream(const Word& word) {
    program_.seed_name = word.text;
    const Definition& definition = names_.find_anywhere(word.text, word.span);
    if (definition.kind != Definition::Kind::leaf) {
      throw BadStatement{word.span,
                         fmt::format("the upstream gradient {} must be an input", word.text),
                         fmt::format("declare it with numbers: input {} = [[1, 0]]", word.text)};
    }
  }

  Names& names_;
  Program& program_;
  const ElaborateOptions& options_;
};

// every statement of which there may be one
template <class Kind>
void report_repeated(
    const Names& names, std::string_view what, Diagnostics& diagnostics,
    bool (*counts)(const Kind&) = [](const Kind&) { return true; }) {
  std::optional<Span> first;
  for (const Statement& statement : names.lesson.statements) {
    const auto* found = std::get_if<Kind>(&statement);
    if (found == nullptr || !counts(*found)) continue;
    if (first) {
      diagnostics.error(
          found->span,
          fmt::format("there is a {} line already, in line {}", what, names.line_of(*first)),
          "a lesson has one");
    } else {
      first = found->span;
    }
  }
}

}  // namespace

void read_purposes(Names& names, Program& program, const ElaborateOptions& options_of_run,
                   Diagnostics& diagnostics) {
  report_repeated<Train>(names, "train", diagnostics);
  report_repeated<Grad>(names, "grad", diagnostics);
  report_repeated<Predict>(names, "predict", diagnostics);
  report_repeated<Seed>(names, "seed", diagnostics);
  report_repeated<Data>(names, "data", diagnostics,
                        [](const Data& d) { return d.role == Data::Role::train; });
  report_repeated<Data>(names, "validation", diagnostics,
                        [](const Data& d) { return d.role == Data::Role::validation; });
  report_repeated<Data>(names, "test", diagnostics,
                        [](const Data& d) { return d.role == Data::Role::test; });
  names.at = names.lesson.statements.size();
  PurposeReader reader(names, program, options_of_run);
  read_or_report(diagnostics, [&] { reader.loss(); });
  read_or_report(diagnostics, [&] { reader.wrt(); });
  read_or_report(diagnostics, [&] { reader.training(diagnostics); });
  read_or_report(diagnostics, [&] { reader.prediction(); });
}

namespace {

// cross_entropy(y, p): only the second depends on what is trained, so the targets stand first.
void remark_swapped_losses(const BatchGraph& built, Diagnostics& diagnostics) {
  const Graph& graph = built.graph;
  const std::vector<NodeId> parameters = leaves_of(graph, LeafKind::parameter);
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    const bool has_order = !node.is_leaf() && node.operation->loss != nullptr &&
                           node.operation->takes != Takes::anything;
    if (!has_order || !built.places.contains(id) ||
        depends_on(graph, node.operands[0], parameters) ||
        !depends_on(graph, node.operands[1], parameters))
      continue;
    diagnostics.remark(
        built.places.at(id),
        fmt::format(
            "the two stand the other way round: {} takes what was computed, then the targets",
            node.operation->call),
        fmt::format("write {}(prediction, targets)", node.operation->call));
  }
}

}  // namespace

void check_purposes(const Names& names, Program& program, const BatchGraph& built,
                    const std::set<std::string>& used, Diagnostics& diagnostics) {
  if (diagnostics.has_errors() || built.loss < 0) return;
  // what the loss depends on
  std::vector<bool> reached(static_cast<std::size_t>(built.graph.size()), false);
  reached[static_cast<std::size_t>(built.loss)] = true;
  for (NodeId id = built.loss; id >= 0; --id) {
    if (!reached[static_cast<std::size_t>(id)]) continue;
    for (const NodeId operand : built.graph[id].operands)
      reached[static_cast<std::size_t>(operand)] = true;
  }
  std::string without;  // a number, among those that the loss does not depend on
  for (const auto& [name, id] : built.leaves) {
    const auto value = program.values.find(name);
    if (value == program.values.end() || !std::holds_alternative<std::monostate>(value->second))
      continue;
    if (reached[static_cast<std::size_t>(id)]) {
      program.symbolic = true;
    } else {
      without = name;
    }
  }
  if (!without.empty() && !program.symbolic) {
    program.symbolic = true;  // no run has a value for it
    const Definition* definition = names.definition(without);
    if (definition != nullptr)
      diagnostics.remark(
          definition->span,
          fmt::format("{} has no number, so the derivation is in symbols, though {} does not "
                      "depend on it",
                      without, program.loss),
          "give it one, or take it away");
  }
  if (!program.seed_name.empty()) {
    const Shape& of = program.shapes.at(program.seed_name);
    if (!(of == built.graph[built.loss].shape)) {
      diagnostics.error(first_of<Grad>(names.lesson)->with->span,
                        fmt::format("{} is {}, but {} is {}", program.seed_name, to_string(of),
                                    program.loss, to_string(built.graph[built.loss].shape)),
                        "an upstream gradient has the shape of the value that it belongs to");
    }
  }
  remark_swapped_losses(built, diagnostics);
  for (const std::string& name : program.parameters) {
    if (used.contains(name)) continue;
    diagnostics.remark(names.definition(name)->span, name + " is never used",
                       "use it in a line, or take it away");
  }
  for (const std::string& name : program.wrt) {
    const NodeId id = built.graph.find(name);
    if (!used.contains(name) || id < 0 || reached[static_cast<std::size_t>(id)]) continue;
    diagnostics.remark(names.definition(name)->span,
                       fmt::format("{} does not depend on {}", program.loss, name),
                       "its gradient is 0");
  }
}

}  // namespace tracer

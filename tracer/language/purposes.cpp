#include "tracer/language/purposes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

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
    if (train != nullptr && grad != nullptr &&
        (train->loss.text != grad->of.text || !grad->further.empty())) {
      throw BadStatement{grad->of.span,
                         fmt::format("train makes {} small, and grad differentiates {}",
                                     train->loss.text, fmt::join(names_of(*grad), ", ")),
                         fmt::format("name the same line in both, e.g. grad {}", train->loss.text)};
    }
    if (train != nullptr || grad != nullptr) {
      const Word& word = train != nullptr ? train->loss : grad->of;
      require_line(word, "differentiated");
      program_.loss = word.text;
      program_.losses = {word.text};
      if (grad != nullptr && !grad->further.empty()) further(*grad);
      return;
    }
    for (auto it = names_.lesson.statements.rbegin(); it != names_.lesson.statements.rend(); ++it) {
      const auto* line = std::get_if<Assign>(&*it);
      if (line == nullptr || program_.constants.contains(line->name.text) ||
          is_count(names_.lesson, line->value))
        continue;
      program_.loss = line->name.text;
      program_.losses = {program_.loss};
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
  static std::vector<std::string> names_of(const Grad& grad) {
    std::vector<std::string> names{grad.of.text};
    for (const Word& word : grad.further) names.push_back(word.text);
    return names;
  }

  // grad L1, L2
  void further(const Grad& grad) {
    for (const Word& word : grad.further) require_line(word, "differentiated");
    if (grad.with) {
      throw BadStatement{grad.with->span, "an upstream gradient belongs to one value",
                         fmt::format("name one: grad {} with {}", grad.of.text, grad.with->text)};
    }
    if (!options_.several_losses) {
      const std::vector<std::string> all = names_of(grad);
      const char* name = names_.defines("L") ? "total" : "L";
      throw BadStatement{
          grad.further[0].span,
          fmt::format("these are {} losses, and only derive takes more than one", all.size()),
          fmt::format("make one of them, {0} = {1} and grad {0}, or name one: grad {2}", name,
                      fmt::join(all, " + "), all[0])};
    }
    for (const Word& word : grad.further) program_.losses.push_back(word.text);
  }

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

// The names of what a loss depends on.
std::set<std::string> reached_by(const BatchGraph& built) {
  std::set<std::string> names;
  std::vector<bool> reached(static_cast<std::size_t>(built.graph.size()), false);
  reached[static_cast<std::size_t>(built.loss)] = true;
  for (NodeId id = built.loss; id >= 0; --id) {
    if (!reached[static_cast<std::size_t>(id)]) continue;
    const Node& node = built.graph[id];
    if (node.is_named()) names.insert(node.name);
    for (const NodeId operand : node.operands) reached[static_cast<std::size_t>(operand)] = true;
  }
  return names;
}

}  // namespace

void check_purposes(const Names& names, Program& program, const BatchGraph& built,
                    std::span<const BatchGraph> further, const std::set<std::string>& used,
                    Diagnostics& diagnostics) {
  if (diagnostics.has_errors() || built.loss < 0) return;
  std::vector<std::set<std::string>> reached{reached_by(built)};
  for (const BatchGraph& each : further) reached.push_back(reached_by(each));
  const auto is_reached = [&](const std::string& name) {
    return std::ranges::any_of(reached, [&](const auto& each) { return each.contains(name); });
  };
  std::string without;  // a number, among those that the loss does not depend on
  for (const auto& [name, id] : built.leaves) {
    const auto value = program.values.find(name);
    if (value == program.values.end() || !std::holds_alternative<std::monostate>(value->second))
      continue;
    if (is_reached(name)) {
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
                      without, fmt::join(program.losses, ", ")),
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
    if (!used.contains(name) || built.graph.find(name) < 0) continue;
    for (std::size_t i = 0; i < reached.size(); ++i) {
      if (reached[i].contains(name)) continue;
      diagnostics.remark(names.definition(name)->span,
                         fmt::format("{} does not depend on {}", program.losses[i], name),
                         "its gradient is 0");
    }
  }
}

}  // namespace tracer

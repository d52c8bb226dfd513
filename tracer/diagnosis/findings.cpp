#include "tracer/diagnosis/findings.hpp"

#include <fmt/format.h>
#include <cctype>

#include <algorithm>
#include <cmath>

#include "tracer/derive/rules.hpp"
#include "tracer/graph/pullback.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

const Quantity unknown = Quantity::adjoint;
constexpr int most_terms = 60;  // a formula with more is not shown: nobody reads it

// A number as a sentence has it.
std::string plain_number(long double k) {
  std::string text = fmt::format("{:.7g}", static_cast<double>(k));
  if (text.starts_with('-')) text = "−" + text.substr(1);
  return text;
}

std::string said(const Explanation::Part& part) {
  std::string text = part.mistake->says;
  const auto at = text.find("{k}");
  if (at == std::string::npos) return text;
  return text.replace(at, 3, part.factor_name ? part.factor_name->text : plain_number(part.factor));
}

/// The formulas of a mistake: what was computed for a gradient, and what belongs there.
class Formulas {
 public:
  Formulas(const BatchGraph& batch, const Program& program, BackwardGraph& back)
      : batch_(batch), back_(back), rules_(batch, leaves(batch, program), program.seed_name) {}

  std::optional<ShownFormula> of(const Explanation::Part& part) {
    if (part.mistake->id == "corner_slope") return std::nullopt;  // the sentence says it all
    return part.mistake->edit->operand < 0 ? of_total(part) : of_contribution(part);
  }

  void write(const Explanation::Part& part, Finding& finding) {
    const auto shown = of(part);
    if (!shown) return;
    finding.left = rules_.partial(shown->of);
    finding.wrong = tracer::write(shown->wrong);
    finding.right = tracer::write(shown->right);
    finding.part = shown->part;
  }

 private:
  static std::vector<NodeId> leaves(const BatchGraph& batch, const Program& program) {
    std::vector<NodeId> ids;
    for (const std::string& name : program.wrt) {
      if (const NodeId id = batch.graph.find(name); id >= 0) ids.push_back(id);
    }
    return ids;
  }

  Symbol adjoint(NodeId node) const {
    if (node == batch_.loss) return rules_.adjoint(node);
    return Symbol::leaf({Quantity::adjoint, node}, rules_.partial(node), batch_.graph[node].shape);
  }

  // The gradient of a node, which may be part of a line: then what the rest of the line sends it.
  Symbol gradient(NodeId node) const {
    const Graph& graph = batch_.graph;
    if (graph[node].is_named()) return adjoint(node);
    const auto& uses = back_.uses(node);
    if (uses.size() != 1) return Symbol::leaf(unknown, graph[node].shape);
    return sent(uses.front().first, uses.front().second);
  }
  // What a node sends back to one of its operands.
  Symbol sent(NodeId user, int operand) const {
    const Node& node = batch_.graph[user];
    std::vector<Symbol> operands;
    for (const NodeId id : node.operands) operands.push_back(value(id));
    return pullback_of(*node.operation, node.with, gradient(user), value(user),
                       operands)[static_cast<std::size_t>(operand)];
  }
  Symbol value(NodeId node) const {
    const Graph& graph = batch_.graph;
    if (graph[node].is_named() || graph[node].is_leaf()) return symbol_of(graph, node);
    return node_formula(graph, node, [&](NodeId operand) { return value(operand); });
  }

  Symbol number(const Explanation::Part& part) const {
    if (part.factor_name) return Symbol(part.factor_name->value);
    const std::string text = plain_number(part.factor);
    return Symbol::leaf(Quantity::factor, notation::number(text), scalar_shape);
  }

  // What an edit's formula reads from outside its place.
  std::optional<Symbol> elsewhere(const Explanation::Part& part, const Quantity& what) const {
    if (what.kind == Quantity::value) return value(what.number);
    if (what.kind == Quantity::adjoint) return gradient(what.number);
    return what == Quantity::factor ? std::optional(number(part)) : std::nullopt;
  }

  std::optional<ShownFormula> of_contribution(const Explanation::Part& part) {
    const NodeId line = part.mistake->line;
    const BackwardGraph::Pass pass = back_.pass();
    const auto right = back_.line(pass, line, adjoint(line));
    const auto wrong = back_.line(back_.edited(pass, part.mistake->edit), line, adjoint(line),
                                  [&](const Quantity& what) { return elsewhere(part, what); });
    // the value that the mistake is about, or else the first whose gradient it changes
    NodeId of = part.mistake->of;
    if (!right.contains(of)) {
      const auto changed = std::ranges::find_if(
          right, [&](const auto& entry) { return !(entry.second == wrong.at(entry.first)); });
      if (changed == right.end()) return std::nullopt;
      of = changed->first;
    }
    auto made = shown(of, simplify(wrong.at(of)), simplify(right.at(of)));
    if (made) made->part = is_used_elsewhere(of, line);
    return made;
  }

  std::optional<ShownFormula> of_total(const Explanation::Part& part) {
    const NodeId node = part.mistake->edit->node;
    if (part.mistake->id == "scale" || part.mistake->id == "sign" ||
        part.mistake->id == "zero_gradient" || part.mistake->id == "gradients_not_zeroed" ||
        part.mistake->id == "unknown" || part.mistake->id == "one_hot_off_by_one")
      return std::nullopt;  // the sentence says it all
    std::vector<Symbol> parts;
    Symbol sum{0};
    for (const auto& [user, operand] : back_.uses(node)) {
      parts.push_back(sent(user, operand));
      sum = parts.size() == 1 ? parts[0] : sum + parts.back();
    }
    if (parts.empty()) return std::nullopt;
    const Symbol wrong =
        substitute(part.mistake->edit->formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
          const Quantity& what = leaf.stands_for();
          if (what == Quantity::sum) return sum;
          if (what.kind == Quantity::part) return parts[static_cast<std::size_t>(what.number)];
          return elsewhere(part, what);
        });
    return shown(node, simplify(wrong), simplify(sum));
  }

  bool is_used_elsewhere(NodeId node, NodeId line) const {
    const std::vector<NodeId> nodes = batch_.graph.line_nodes(line);
    return std::ranges::any_of(back_.uses(node), [&](const auto& use) {
      return std::ranges::find(nodes, use.first) == nodes.end();
    });
  }

  static std::optional<ShownFormula> shown(NodeId of, const Symbol& wrong, const Symbol& right) {
    if (wrong == right || wrong.weight() > most_terms || right.weight() > most_terms ||
        mentions(wrong, unknown))
      return std::nullopt;
    return ShownFormula{of, false, wrong, right};
  }

 private:
  const BatchGraph& batch_;
  BackwardGraph& back_;
  Rules rules_;
};

// Whether the mistake was made in all lines where one of its family can be made, at least two. What
// goes back to the data is computed by nobody.
bool is_everywhere(Search& search, const Explanation::Part& part, std::size_t places,
                   const Program& program) {
  if (places < 2 || part.mistake->edit->operand < 0) return false;
  std::size_t possible = 0;
  BackwardGraph& back = search.catalogue().back();
  for (NodeId id = 0; id < back.forward_size(); ++id) {
    const Node& node = back.graph()[id];
    if (node.is_leaf() && std::ranges::find(program.wrt, node.name) == program.wrt.end()) continue;
    for (const auto& [user, operand] : back.uses(id)) {
      const auto& here = search.catalogue().of_contribution(user, operand);
      possible +=
          std::ranges::any_of(
              here, [&](const Mistake& other) { return other.family == part.mistake->family; })
              ? 1
              : 0;
    }
  }
  return possible == places;
}

// "relu(Z2) stands where sigmoid′(Z2) belongs" says the same of Z2 as of Z1: names without the
// numbers behind them. Numbers of their own (1/4 times) stay.
std::string without_numbers(const std::string& text) {
  std::string made;
  bool in_name = false;
  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    in_name = is_digit ? in_name : std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (!(is_digit && in_name)) made += c;
  }
  return made;
}

}  // namespace

std::optional<ShownFormula> shown_formula(Catalogue& catalogue, const Program& program,
                                          const Explanation::Part& part) {
  return Formulas(catalogue.batch(), program, catalogue.back()).of(part);
}

Account account_of(Search& search, Explanation& explanation, const Program& program,
                   const ForwardMistake* forward) {
  const BatchGraph& batch = search.batch();
  Account account;
  account.unexplained = explanation.unexplained;
  if (forward != nullptr) {
    Finding finding;
    finding.id = forward->id;
    finding.says = forward->says;
    finding.lines.push_back(place_of(batch, batch.graph.find(forward->line)));
    account.findings.push_back(std::move(finding));
  }
  Formulas formulas(batch, program, search.catalogue().back());
  std::vector<std::pair<const Explanation::Part*, std::size_t>> first_of;
  for (const Explanation::Part& part : explanation.parts) {
    const auto same = std::ranges::find_if(first_of, [&](const auto& first) {
      return first.first->mistake->family == part.mistake->family &&
             std::fabs(first.first->factor - part.factor) <= 1e-4L * std::fabs(part.factor);
    });
    if (same != first_of.end()) {
      Finding& told = account.findings[same->second];
      const LinePlace line = place_of(batch, part.mistake->line);
      const std::string text = said(part);
      if (std::ranges::find(told.lines, line.name, &LinePlace::name) != told.lines.end()) continue;
      if (without_numbers(text) != without_numbers(told.says))
        told.elsewhere.push_back(fmt::format("{}: {}", line.name, text));
      told.lines.push_back(line);
      continue;
    }
    Finding finding;
    finding.id = part.mistake->id;
    finding.says = said(part);
    if (part.mistake->edit->has_factor) {
      finding.factor = part.factor;
      finding.factor_name = part.factor_name;
    }
    finding.lines.push_back(place_of(batch, part.mistake->line));
    formulas.write(part, finding);
    first_of.emplace_back(&part, account.findings.size());
    account.findings.push_back(std::move(finding));
  }
  for (const auto& [part, at] : first_of) {
    account.findings[at].everywhere =
        is_everywhere(search, *part, account.findings[at].lines.size(), program);
  }
  for (const auto& [name, nearness] : search.nearness_under(explanation)) {
    if (const auto prediction = search.predicted(explanation, name, 0))
      account.predicted.emplace(name, prediction->values);
  }
  account.digits = 19;
  for (const auto& [name, nearness] : search.nearness_under(explanation)) {
    account.entries += nearness.entries;
    if (std::ranges::find(account.unexplained, name) == account.unexplained.end())
      account.digits = std::min(account.digits, nearness.digits);
  }
  return account;
}

std::vector<Finding> findings_of_shape(const BatchGraph& batch, const std::vector<Claim>& claims) {
  std::vector<Finding> findings;
  for (const Claim& claim : claims) {
    if (claim.unsummed.size() == 0 && claim.summed_over_units.size() == 0) continue;
    Finding finding;
    const bool unsummed = claim.unsummed.size() > 0;
    finding.id = unsummed ? "bias_not_summed" : "bias_sum_wrong_axis";
    finding.says = unsummed
                       ? fmt::format(
                             "the gradient of {} has one column for each sample; it is to be "
                             "summed over the batch",
                             claim.name)
                       : fmt::format(
                             "the gradient of {} has one number for each sample: it was summed "
                             "over the units, and is to be summed over the samples",
                             claim.name);
    const auto same = std::ranges::find_if(
        findings, [&](const Finding& other) { return other.id == finding.id; });
    Finding& place = same == findings.end() ? findings.emplace_back(std::move(finding)) : *same;
    place.lines.push_back(place_of(batch, batch.graph.find(claim.name)));
  }
  return findings;
}

}  // namespace tracer

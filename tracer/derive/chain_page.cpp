// The path through the network in a page's headings, and the whole chain of one gradient: what all
// the steps come to.
#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/page_parts.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

// A long path by its ends: x, z1, z2, …, z999, z1000
std::vector<std::string> shortened(const std::vector<std::string>& names) {
  constexpr std::size_t most = 12;
  if (names.size() <= most) return names;
  std::vector<std::string> made(names.begin(), names.begin() + 3);
  made.emplace_back("…");
  made.insert(made.end(), names.end() - 3, names.end());
  return made;
}

// a matrix of ones has no name to be written by
bool has_constant_matrix(const Symbol& e) {
  if (e.kind() != Symbol::Kind::apply) return false;
  if (e.is(Law::broadcast) && e.operands()[0].is_number()) return true;
  return std::ranges::any_of(e.operands(), has_constant_matrix);
}

class Chains : PagePart {
 public:
  explicit Chains(const PageSource& source) : PagePart(source) {}

  void chains(DerivationStep& page) {
    const std::map<NodeId, std::size_t> lines_to_loss = distances();
    const GradientRule* longest = nullptr;
    std::size_t length = 1;
    for (const GradientRule& gradient : rules_.gradients()) {
      if (!graph_[gradient.node].is_leaf() || !source_.wanted(gradient.node)) continue;
      const std::size_t lines = lines_to_loss.at(gradient.node);
      // of equally long chains the first declared, which is the last met: W before b
      if (lines > length) {
        longest = &gradient;
        length = lines;
      } else if (longest != nullptr && lines == length && gradient.node < longest->node) {
        longest = &gradient;
      }
    }
    if (longest == nullptr) return;
    if (all_scalar()) {
      scalar_chains(longest->node, page);
      return;
    }
    if (const auto collected = rules_.collected(longest->node, 4000, shorter())) {
      const Symbol formula = simplify(*collected);
      if (formula.weight() > 60 || has_constant_matrix(formula)) return;
      Equation equation;
      equation.left = rules_.partial(longest->node);
      equation.rule.push_back({true, write(formula)});
      page.chains.push_back(std::move(equation));
    }
  }

  // a chain that names can show: each line uses the one before it, and no other value
  void path(DerivationStep& page) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < source_.batch.lines.size(); ++i) {
      std::vector<NodeId> lines, inputs;
      for (const NodeId operand : graph_.line_operands(source_.batch.lines[i])) {
        const Node& node = graph_[operand];
        if (!node.is_leaf()) lines.push_back(operand);
        if (node.leaf == LeafKind::data || node.leaf == LeafKind::input) inputs.push_back(operand);
      }
      if (i == 0 && inputs.size() == 1) names.push_back(graph_[inputs[0]].name);
      if (i > 0 && lines != std::vector{source_.batch.lines[i - 1]}) return;
      names.push_back(rules_.display(source_.batch.lines[i]).text);
    }
    if (source_.batch.lines.back() != rules_.loss() || source_.batch.lines.size() < 2) return;
    std::vector<std::string> back;
    for (auto line = source_.batch.lines.rbegin(); line != source_.batch.lines.rend(); ++line) {
      back.push_back(rules_.display(*line).text);
    }
    page.path = shortened(names);
    page.way_back = shortened(back);
  }

 private:
  bool all_scalar() const {
    return std::ranges::all_of(rules_.gradients(), [&](const GradientRule& gradient) {
      return graph_[gradient.node].shape.is_scalar() &&
             std::ranges::all_of(gradient.paths, &Path::local);
    });
  }

  // how many lines lie between each value and the loss, on the longest way; the loss itself is not
  // among them
  std::map<NodeId, std::size_t> distances() const {
    std::map<NodeId, std::size_t> made;
    // rules come in backward order, so every line's own distance is known before it is asked for
    for (const GradientRule& gradient : rules_.gradients()) {
      std::size_t longest = 0;
      for (const Path& path : gradient.paths) {
        const auto above = made.find(path.line);
        longest = std::max(longest, 1 + (above == made.end() ? 0 : above->second));
      }
      made.emplace(gradient.node, longest);
    }
    return made;
  }

  // every way from the loss to the node as a product of local slopes; a few only
  void scalar_chains(NodeId node, DerivationStep& page) {
    constexpr std::size_t most_chains = 4;
    std::vector<std::vector<Symbol>> found;
    std::vector<Symbol> factors;
    const std::function<bool(NodeId)> walk = [&](NodeId at) {
      const GradientRule* rule = rules_.find(at);
      const auto fusion = two_steps_as_one(rules_, numbers_, *rule);
      // with what came from above in it, it is no end of the chain
      if (fusion && !mentions_gradient(fusion->formula)) {
        if (found.size() == most_chains) return false;
        factors.push_back(fusion->formula);
        found.emplace_back(factors.rbegin(), factors.rend());
        factors.pop_back();
        return true;
      }
      for (const Path& path : rule->paths) {
        factors.push_back(path.rule);
        if (path.line == rules_.loss()) {
          if (found.size() == most_chains) return false;
          found.emplace_back(factors.rbegin(), factors.rend());
        } else if (factors.size() > 12 || !walk(path.line)) {
          return false;
        }
        factors.pop_back();
      }
      return true;
    };
    if (!walk(node)) return;
    std::vector<Notation> terms, numbers;
    Symbol whole = 0;
    bool have_numbers = numbers_.known();
    for (const std::vector<Symbol>& chain : found) {
      std::vector<Notation> symbols, values;
      Symbol product = 1;
      bool negative = false;
      for (const Symbol& factor : chain) {
        if (factor.weight() > 30) return;
        product = product * factor;
        // one chain shows its every step; in a sum of several nobody writes a factor 1 or −1
        const bool is_one = factor.is_number(1) || factor.is_number(-1);
        if (is_one && found.size() > 1) {
          if (factor.is_number(-1)) negative = !negative;
          continue;
        }
        symbols.push_back(write(factor));
        if (!have_numbers) continue;
        // one number a factor: what each step of the chain came to
        values.push_back(show_(numbers_.evaluate(factor)));
      }
      whole = whole + product;
      if (symbols.empty()) {
        symbols.push_back(notation::number("1"));
        values.push_back(notation::number("1"));
      }
      const auto signed_product = [&](std::vector<Notation> of, Notation::Product how) {
        Notation made = of.size() == 1 ? std::move(of[0]) : notation::product(std::move(of), how);
        return negative ? notation::negate(std::move(made)) : made;
      };
      terms.push_back(signed_product(std::move(symbols), Notation::Product::dot));
      if (have_numbers)
        numbers.push_back(signed_product(std::move(values), Notation::Product::juxtaposed));
    }
    Equation equation;
    equation.left = rules_.partial(node);
    const auto sum_of = [](std::vector<Notation> all) {
      return all.size() == 1 ? std::move(all[0]) : notation::sum(std::move(all));
    };
    equation.rule.push_back({true, sum_of(std::move(terms))});
    if (have_numbers) {
      add_numbers(equation, sum_of(std::move(numbers)));
      // in rounded working the product may differ from what the steps, each rounded, have come to
      const Array<Exact> value = rules_.laid_out(source_.record->adjoints.at(node));
      equation.value =
          show_.links(value, source_.context.rounded && !numbers_.agrees(whole, value));
      say_once(equation);
    }
    page.chains.push_back(std::move(equation));
  }
};

}  // namespace

void write_path(const PageSource& source, DerivationStep& page) { Chains(source).path(page); }
void write_chains(const PageSource& source, DerivationStep& page) { Chains(source).chains(page); }

}  // namespace tracer

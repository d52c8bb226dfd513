#include "tracer/mistake/sides.hpp"

#include <algorithm>
#include <functional>

#include "tracer/graph/backward.hpp"
#include "tracer/op/compare.hpp"
#include "tracer/op/elu.hpp"
#include "tracer/op/exp.hpp"
#include "tracer/op/leaky_relu.hpp"
#include "tracer/op/maximum.hpp"
#include "tracer/op/minimum.hpp"
#include "tracer/op/opposite.hpp"
#include "tracer/op/relu.hpp"
#include "tracer/op/step.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/op/where.hpp"

namespace tracer {
namespace {

template <class Op>
bool is(const Operation& operation) {
  return &operation == &op::operation<Op>();
}
template <class Op>
bool is(const Symbol& e) {
  return e.kind() == Symbol::Kind::apply && is<Op>(e.operation());
}

// Of a number, or of one that is repeated to a matrix.
std::optional<Rational> number_in(const Symbol& e) {
  if (e.is_number()) return e.number();
  return e.is(Law::broadcast) ? number_in(e.operands()[0]) : std::nullopt;
}
bool is_number(const Symbol& e, int n) {
  const auto number = number_in(e);
  return number && *number == n;
}

/// Reads the formula of a line as two halves.
class SideReader {
 public:
  enum class Side { both, above, below };
  SideReader(const Graph& graph, const Symbol& x, const Symbol& condition, Side side)
      : graph_(graph), x_(x), condition_(condition), side_(side) {}

  Symbol read(const Symbol& e) {
    if (e.is_number()) return number(e.number(), "");
    if (e.kind() == Symbol::Kind::leaf) {
      const NodeId id = graph_.node_of(e.stands_for());
      if (id < 0 || graph_[id].leaf != LeafKind::constant) return e;
      const Node& node = graph_[id];
      const bool one = node.constant && node.shape.is_scalar() &&
                       (*node.constant)(0, 0).is_rational() && node.is_named();
      return one ? number((*node.constant)(0, 0).rational(), node.name) : e;
    }
    if (e.kind() != Symbol::Kind::apply) return e;
    const std::vector<Symbol>& a = e.operands();
    if (const int test = sign_tested(e); test != 0) return chosen(test, Symbol(1), Symbol(0));
    if (is<op::Where>(e)) {
      if (const int test = sign_tested(a[0]); test != 0)
        return chosen(test, read(a[1]), read(a[2]));
    }
    const int sign = a.size() == 1 ? sign_of(a[0]) : 0;
    if (is<op::Relu>(e) && sign != 0) return chosen(sign, read(a[0]), Symbol(0));
    if (is<op::LeakyRelu>(e) && sign != 0) return chosen(sign, read(a[0]), setting(e) * read(a[0]));
    if (is<op::Elu>(e) && sign != 0) {
      const Symbol u = read(a[0]);
      return chosen(sign, u, setting(e) * (op::apply<op::Exp>(u) - 1));
    }
    if (is<op::Maximum>(e)) {
      if (auto larger = larger_of(a[0], a[1], 1)) return std::move(*larger);
    }
    if (is<op::Minimum>(e)) {
      if (auto smaller = larger_of(a[0], a[1], -1)) return std::move(*smaller);
    }
    std::vector<Symbol> operands;
    for (const Symbol& operand : a) operands.push_back(read(operand));
    return Symbol::apply(e.operation(), std::move(operands), e.attributes());
  }

  bool has_tested() const { return tested_; }
  const std::vector<TwoSides::Number>& numbers() const { return numbers_; }
  const std::vector<Rational>& settings() const { return settings_; }

 private:
  Symbol number(const Rational& value, const std::string& name) {
    const bool plain = value == 0 || value == 1 || value == -1;
    if (!plain && std::ranges::find(numbers_, value, &TwoSides::Number::value) == numbers_.end())
      numbers_.push_back({value, name.empty() ? write_number(value, true).text : name});
    return Symbol(value);
  }
  Symbol setting(const Symbol& e) {
    const Rational& value = e.attributes().numbers[0];
    settings_.push_back(value);
    return number(value, "");
  }

  Symbol chosen(int sign, const Symbol& a, const Symbol& b) {
    tested_ = true;
    const Symbol& where_above = sign > 0 ? a : b;
    const Symbol& where_below = sign > 0 ? b : a;
    if (side_ == Side::above) return where_above;
    if (side_ == Side::below) return where_below;
    const auto half = [](const Symbol& c, const Symbol& of) {
      return is_number(of, 1) ? c : c * of;
    };
    if (is_number(where_below, 0)) return half(condition_, where_above);
    if (is_number(where_above, 0)) return half(other_side(condition_), where_below);
    return half(condition_, where_above) + half(other_side(condition_), where_below);
  }

  // k of what is k·x; nothing of other formulas.
  std::optional<Rational> multiple(const Symbol& e) const {
    if (e == x_) return Rational(1);
    if (e.kind() != Symbol::Kind::apply) return std::nullopt;
    const std::vector<Symbol>& a = e.operands();
    const auto scaled = [&](const Symbol& of, const Rational& by) -> std::optional<Rational> {
      const auto k = multiple(of);
      return k ? std::optional<Rational>(*k * by) : std::nullopt;
    };
    if (e.is(Law::identity)) return multiple(a[0]);
    if (e.is(Law::negate)) return scaled(a[0], -1);
    if (e.is(Law::multiply)) {
      if (const auto k = number_in(a[0])) return scaled(a[1], *k);
      if (const auto k = number_in(a[1])) return scaled(a[0], *k);
    }
    if (e.is(Law::divide)) {
      if (const auto k = number_in(a[1]); k && *k != 0) return scaled(a[0], 1 / *k);
    }
    return std::nullopt;
  }

  // 1 of what has the sign of x everywhere, −1 of what has the other; 0 of what has neither.
  int sign_of(const Symbol& e) const {
    if (const auto k = multiple(e)) return *k > 0 ? 1 : *k < 0 ? -1 : 0;
    if (e.kind() != Symbol::Kind::apply) return 0;
    const std::vector<Symbol>& a = e.operands();
    if (e.is(Law::negate)) return -sign_of(a[0]);
    if (e.is(Law::multiply)) {
      for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        const auto k = number_in(a[i]);
        if (k && *k != 0) return sign_of(a[1 - i]) * (*k > 0 ? 1 : -1);
      }
    }
    // eˣ − 1
    const bool above_one = e.is(Law::subtract) && is<op::Exp>(a[0]) && is_number(a[1], 1);
    return above_one ? sign_of(a[0].operands()[0]) : 0;
  }

  // 1 of a comparison that holds where x > 0, −1 of one that does where x < 0 (0 itself is on
  // whichever side); 0 of others.
  int sign_tested(const Symbol& e) const {
    if (e.kind() != Symbol::Kind::apply) return 0;
    const std::vector<Symbol>& a = e.operands();
    if (is<op::Step>(e)) return sign_of(a[0]);
    const bool greater =
        is<op::Compare<op::Relation::greater>>(e) || is<op::Compare<op::Relation::at_least>>(e);
    const bool less =
        is<op::Compare<op::Relation::less>>(e) || is<op::Compare<op::Relation::at_most>>(e);
    if (!greater && !less) return 0;
    const int sign = is_number(a[1], 0) ? sign_of(a[0]) : is_number(a[0], 0) ? -sign_of(a[1]) : 0;
    return greater ? sign : -sign;
  }

  // max(a, b), or min where the sign is −1: one of them is 0, or both are so many times x.
  std::optional<Symbol> larger_of(const Symbol& a, const Symbol& b, int sign) {
    if (is_number(b, 0) && sign_of(a) != 0) return chosen(sign * sign_of(a), read(a), Symbol(0));
    if (is_number(a, 0) && sign_of(b) != 0) return chosen(sign * sign_of(b), read(b), Symbol(0));
    const auto k = multiple(a), l = multiple(b);
    if (!k || !l || *k == *l) return std::nullopt;
    return chosen(*k > *l ? sign : -sign, read(a), read(b));
  }

  const Graph& graph_;
  Symbol x_, condition_;
  Side side_;
  bool tested_ = false;
  std::vector<TwoSides::Number> numbers_;
  std::vector<Rational> settings_;
};

bool looks_at_sign(const Operation& operation) {
  return is<op::Where>(operation) || is<op::Relu>(operation) || is<op::LeakyRelu>(operation) ||
         is<op::Elu>(operation) || is<op::Maximum>(operation) || is<op::Minimum>(operation) ||
         is<op::Step>(operation);
}

// A formula with parts of it replaced, from the leaves up.
Symbol replaced(const Symbol& e, const std::function<std::optional<Symbol>(const Symbol&)>& of) {
  Symbol made = e;
  if (e.kind() == Symbol::Kind::apply) {
    std::vector<Symbol> operands;
    for (const Symbol& operand : e.operands()) operands.push_back(replaced(operand, of));
    made = Symbol::apply(e.operation(), std::move(operands), e.attributes());
  }
  return of(made).value_or(made);
}

}  // namespace

std::optional<TwoSides> sides_of(const Graph& graph, NodeId line) {
  const std::vector<NodeId> nodes = graph.line_nodes(line);
  const bool looks = std::ranges::any_of(nodes, [&](NodeId id) {
    return !graph[id].is_leaf() && looks_at_sign(*graph[id].operation);
  });
  if (graph[line].is_leaf() || !looks || nodes.size() < 2) return std::nullopt;
  const Shape& shape = graph[line].shape;
  for (const NodeId x : graph.line_operands(line)) {
    const LeafKind kind = graph[x].leaf;
    const bool varies = kind == LeafKind::none || kind == LeafKind::parameter;
    if (!varies || !(graph[x].shape == shape)) continue;
    const Symbol formula = line_formula(graph, line);
    TwoSides made;
    made.x = x;
    made.y = line;
    made.condition = Symbol::leaf(Quantity("the side above 0"), shape);
    const auto read = [&](SideReader::Side side) {
      SideReader reader(graph, symbol_of(graph, x), made.condition, side);
      Symbol half = reader.read(formula);
      if (side == SideReader::Side::both) {
        made.numbers = reader.numbers();
        made.settings = reader.settings();
      }
      return reader.has_tested() ? std::optional(std::move(half)) : std::nullopt;
    };
    auto both = read(SideReader::Side::both);
    if (!both) continue;
    made.both = std::move(*both);
    made.above = *read(SideReader::Side::above);
    made.below = *read(SideReader::Side::below);
    return made;
  }
  return std::nullopt;
}

Symbol above_zero(const Symbol& x) {
  return op::apply<op::Compare<op::Relation::greater>>(x, broadcast<Over::all>(Symbol(0), x));
}

Symbol other_side(const Symbol& condition) { return op::apply<op::Opposite>(condition); }

Symbol without_number(const Symbol& formula, const Rational& value) {
  return replaced(formula, [&](const Symbol& e) -> std::optional<Symbol> {
    return e.is_number() && e.number() == value ? std::optional<Symbol>(1) : std::nullopt;
  });
}

Symbol without_numbers(const Symbol& formula) {
  return replaced(formula, [](const Symbol& e) -> std::optional<Symbol> {
    const bool plain = !e.is_number() || e.number() == 0 || e.number() == -1;
    return plain ? std::nullopt : std::optional<Symbol>(1);
  });
}

Symbol without_exp(const Symbol& formula) {
  return replaced(formula, [](const Symbol& e) -> std::optional<Symbol> {
    return is<op::Exp>(e) ? std::optional(e.operands()[0]) : std::nullopt;
  });
}

std::map<Quantity, Symbol> sent_back_by(const Symbol& formula, const Shape& line) {
  Graph graph;
  std::map<Quantity, NodeId> leaves;
  std::map<NodeId, Symbol> named;
  substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    const auto [place, is_new] = leaves.try_emplace(leaf.stands_for(), -1);
    if (is_new) {
      place->second = graph.leaf(LeafKind::input, std::to_string(leaves.size()), leaf.shape());
      named.emplace(place->second, leaf);
    }
    return std::nullopt;
  });
  const Symbol above = reads::from_above(line);
  std::map<Quantity, Symbol> sent;
  if (leaves.empty()) return sent;  // a number
  const NodeId y = graph.append(formula, leaves);
  if (const auto itself = named.find(y); itself != named.end()) {
    sent.emplace(itself->second.stands_for(), above);
    return sent;
  }
  const BackwardGraph back(graph, y);
  for (const auto& [id, bar] : back.line(back.pass(), y, above)) {
    const auto leaf = named.find(id);
    if (leaf == named.end()) continue;
    sent.emplace(leaf->second.stands_for(),
                 substitute(bar, [&](const Symbol& of) -> std::optional<Symbol> {
                   const NodeId there = graph.node_of(of.stands_for());
                   const auto original = named.find(there);
                   return original == named.end() ? std::nullopt : std::optional(original->second);
                 }));
  }
  return sent;
}

}  // namespace tracer

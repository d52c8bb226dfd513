// What is written in place of f′(x): the activation itself, nothing, its slope at another place,
// the slope of another activation. The same for every activation, whether it is one operation or a
// line that spells it out (A1 = 1/(1 + np.exp(-Z1))).
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "tracer/derive/rules.hpp"
#include "tracer/mistake/catalogue.hpp"
#include "tracer/mistake/line_formulas.hpp"
#include "tracer/op/sigmoid.hpp"
#include "tracer/op/tanh.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/operation.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

constexpr MistakeKind activation_for_slope{"activation_for_slope", 9};
constexpr MistakeKind slope_at_activation{"slope_at_activation", 13};
constexpr MistakeKind slope_at_gradient{"slope_at_gradient", 2};
constexpr MistakeKind activation_applied_to_gradient{"activation_applied_to_gradient", 3};
constexpr MistakeKind slope_of_wrong_activation{"slope_of_wrong_activation", 5};
constexpr MistakeKind slope_on_skip{"slope_on_skip", 0};
constexpr MistakeKind corner_slope{"corner_slope", 1000};  // no mistake at all

Symbol pullback_of(const Operation& f, const Attributes& with, const Symbol& above, const Symbol& y,
                   const Symbol& x) {
  const std::vector<Symbol> operands{x};
  return f.pullback(with, above, y, operands).front();
}

// The usual numbers, of those that have any.
Attributes usual(const Operation& g) {
  Attributes with;
  with.numbers = standard_numbers(g);
  return with;
}

/// An activation at its place, in the placeholders of an edit, and the mistakes that its slope makes.
struct Slopes {
  Edit base;
  std::vector<Mistake>& mistakes;
  Symbol above, y, x;
  std::function<Symbol(const Symbol& x)> f;
  std::function<Symbol(const Symbol& above, const Symbol& y, const Symbol& x)> pullback;
  std::string name_f;  ///< relu
  std::string fx;      ///< relu(Z1)
  std::string slope;   ///< relu′(Z1)
  std::string name_x, name_y;
  /// On a sheet: that `it` stands where the slope belongs; empty where the slope has no name.
  std::function<OnSheet(NodeId it)> words = {};
  NodeId node_x = -1, node_y = -1;

  // The same variant at another activation, be it tanh here and relu there, is the same mistake.
  void add(const MistakeKind& kind, const std::string& variant, std::string says,
           const Symbol& formula, OnSheet on_sheet = {}) {
    Mistake mistake = mistake_of(kind, std::move(says));
    if (!variant.empty()) mistake.family = fmt::format("{}: {}", kind.id, variant);
    mistake.on_sheet = std::move(on_sheet);
    add_mistake(mistakes, std::move(mistake), base, x.shape(), [&] { return formula; });
  }

  /// `own`: the operation that the activation is, or null; whether its numbers are the usual ones.
  void add_all(const Operation* own, bool usual_numbers = true) {
    const auto on_sheet = [&](NodeId it) { return words ? words(it) : OnSheet(); };
    add(activation_for_slope, "", fmt::format("{} stands where its slope {} belongs", fx, slope),
        above * y, on_sheet(node_y));
    add(activation_for_slope, "of x",
        fmt::format("{} itself stands where the slope {} belongs", name_x, slope), above * x,
        on_sheet(node_x));
    add(mistake_kinds::slope_missing, "",
        fmt::format("the slope {} is left out: what comes from above is passed on as it is", slope),
        above);
    add(slope_at_activation, "",
        fmt::format("the slope of {} is taken at {}, which is {} already, where {} belongs", name_f,
                    name_y == "its argument" ? "the result" : name_y, fx, name_x),
        pullback(above, f(y), y));
    add(slope_at_activation, "rule of y at x",
        fmt::format("the formula for the slope of {} in terms of its result is given {} in its "
                    "place",
                    name_f, name_x),
        pullback(above, x, x));
    add(slope_at_gradient, "",
        fmt::format("the slope of {} is taken at the gradient from above, where {} belongs", name_f,
                    name_x),
        pullback(above, f(above), above));
    add(slope_at_gradient, "swapped",
        fmt::format("two arguments are swapped: {} times the slope of {} at the gradient from "
                    "above",
                    name_x, name_f),
        pullback(x, f(above), above));
    // where the rule is one of the result alone
    if (const Symbol of_result = pullback(above, above, above);
        !(of_result == pullback(above, f(above), above))) {
      add(slope_at_gradient, "rule of y at the gradient",
          fmt::format(
              "the formula for the slope of {} in terms of its result is given the gradient "
              "from above in its place",
              name_f),
          of_result);
    }
    add(activation_applied_to_gradient, "",
        fmt::format("{} is applied to the gradient from above; its slope {} should multiply it",
                    name_f, slope),
        f(above));
    add(mistake_kinds::output_slope_extra, "",
        fmt::format("the slope {} is multiplied in twice", slope),
        pullback(pullback(above, y, x), y, x));
    // one sign or one term of its formula: 1 + t² and −t² for 1 − t²
    const Symbol right = pullback(above, y, x);
    const auto add_formula = [&](const std::string& variant, const Symbol& formula) {
      add(mistake_kinds::slope_formula, variant,
          fmt::format("{} stands where the slope {} belongs: a sign or a term of its formula is "
                      "wrong",
                      fmt::format(fmt::runtime(variant), slope), slope),
          formula);
    };
    if (own == nullptr || own->kink == nullptr) {
      add_formula("2 − {}", 2 * above - right);
      add_formula("1 − {}", above - right);
      add_formula("{} − 1", right - above);
    }
    for (const Operation* g : op::operations()) {
      if (g->hidden == nullptr || !g->hidden->is_common) continue;
      // of leaky_relu there are many: 0.01 is the one that others have
      if (g != own || !usual_numbers) add_other(*g);
    }
  }

  // Formulas in the result or in the argument, one operation or two of them long, with a sign or a 2
  // more or less: what a slip of the pen makes of a slope.
  void add_any() {
    constexpr double among_so_many = 1.6;  // some forty times as many as of the others
    const std::string of_x = name_x == "its argument" ? "x" : name_x;
    const std::string of_y = name_y == "its argument" ? "f(x)" : name_y;
    const auto add_one = [&](const std::string& family, const std::string& text,
                             const Symbol& formula) {
      const auto had = mistakes.size();
      add(mistake_kinds::slope_formula, family,
          fmt::format("{} stands where the slope {} belongs", text, slope), formula);
      if (mistakes.size() > had) mistakes.back().far_fetched = among_so_many;
    };
    const auto in_all_signs = [&](const std::string& family, const std::string& text,
                                  const Symbol& formula) {
      for (const auto& [before, k] : {std::pair<std::string, Rational>{"", 1},
                                      {"−", -1},
                                      {"2·", 2},
                                      {"−2·", -2},
                                      {"½·", Rational(1, 2)}}) {
        add_one(before + family, before.empty() ? text : fmt::format("{}({})", before, text),
                above * (k == 1 ? formula : Symbol(k) * formula));
      }
    };
    for (const bool of_result : {true, false}) {
      const Symbol& u = of_result ? y : x;
      const std::string& name = of_result ? of_y : of_x;
      const Symbol square = u * u;
      for (const auto& [text, formula] : std::vector<std::pair<const char*, Symbol>>{
               {"{}", u},
               {"{}²", square},
               {"{}³", square * u},
               {"1 + {}", 1 + u},
               {"1 − {}", 1 - u},
               {"1 + {}²", 1 + square},
               {"1 − {}²", 1 - square},
               {"1 − 2·{}", 1 - 2 * u},
               {"1 − 2·{}²", 1 - 2 * square},
               {"1 − {}³", 1 - square * u},
               {"(1 − {})²", (1 - u) * (1 - u)},
               {"(1 + {})²", (1 + u) * (1 + u)},
               {"(1 − {}²)²", (1 - square) * (1 - square)},
               {"{0}·(1 − {0})", u * (1 - u)},
               {"{0}·(1 + {0})", u * (1 + u)},
               {"{0}²·(1 − {0})", square * (1 - u)},
               {"{0}·(1 − {0})²", u * (1 - u) * (1 - u)},
               {"{0}·(1 − {0}²)", u * (1 - square)},
               {"{0}²·(1 − {0}²)", square * (1 - square)},
               {"{0}·(1 − {0}) squared", u * (1 - u) * u * (1 - u)},
               {"{0} − 1 + {0}²", u - 1 + square}})
        in_all_signs(fmt::format("{} of {}", text, of_result ? "y" : "x"),
                     fmt::format(fmt::runtime(text), name), formula);
    }
    // of products x·s(x), as silu is one, and of what was left of a bracket
    const Symbol s = sigmoid(x);
    const std::string of_s = fmt::format("σ({})", of_x);
    for (const auto& [text, formula] : std::vector<std::pair<const char*, Symbol>>{
             {"{0}·(1 − {0})", s * (1 - s)},
             {"{0} + {1}·(1 − {0})", s + x * (1 - s)},
             {"{0}·1 + {1}·(1 − {0})·{0}·{0}", s + x * (1 - s) * s * s},
             {"{0}·(1 + {1})·(1 − {0})", s * (1 + x) * (1 - s)},
             {"{0}·(1 + {1})", s * (1 + x)},
             {"{0}·(1 + {1} − {0})", s * (1 + x - s)},
             {"{0}·(1 − {1}·(1 − {0}))", s * (1 - x * (1 - s))},
             {"{0}·(1 + {1}·{0})", s * (1 + x * s)},
             {"{0}·(1 + (1 − {0}))", s * (2 - s)},
             {"{1}·{0}·(1 − {0})", x * s * (1 - s)},
             {"{0}·{1} + (1 − {0})", s * x + 1 - s},
             {"{0} + {1}·{0}·(1 + {0})", s + x * s * (1 + s)}})
      in_all_signs(text, fmt::format(fmt::runtime(text), of_s, of_x), formula);
    const Symbol right = pullback(above, y, x);
    add_one("times y", fmt::format("{}·{}", slope, of_y), right * y);
    add_one("times x", fmt::format("{}·{}", slope, of_x), right * x);
    add_one("plus y", fmt::format("{} + {}", slope, of_y), right + above * y);
    add_one("minus y", fmt::format("{} − {}", slope, of_y), right - above * y);
    add_one("plus 1", fmt::format("1 + {}", slope), right + above);
    add_one("at 2x", fmt::format("{} at 2·{}", slope, of_x), pullback(above, f(2 * x), 2 * x));
    add_one("at -x", fmt::format("{} at −{}", slope, of_x), pullback(above, f(-x), -x));
    add_one("at x squared", fmt::format("{} at {}²", slope, of_x),
            pullback(above, f(x * x), x * x));
    add_one("at y squared", fmt::format("{} at {}²", slope, of_y),
            pullback(above, f(y * y), y * y));
  }

  // Another activation, or its slope, in place of this one's slope.
  void add_other(const Operation& g) {
    const Attributes with = usual(g);
    const Symbol value = Symbol::apply(g, {x}, with);
    const std::string of = name_x == "its argument" ? "…" : name_x;
    const std::string_view number = g.settings.empty() ? "" : g.settings[0].standard;
    const std::string name =
        number.empty() ? std::string(g.name) : fmt::format("{} of {}", g.name, number);
    const std::string gx =
        fmt::format("{}({}{}{})", g.name, of, number.empty() ? "" : ", ", number);
    add(activation_for_slope, name,
        fmt::format("{} stands where the slope {} belongs: another activation, and not its slope",
                    gx, slope),
        above * value);
    add(slope_of_wrong_activation, name,
        fmt::format("the slope of {} stands where that of {} belongs", name, name_f),
        pullback_of(g, with, above, value, x));
    add(slope_of_wrong_activation, name + " of y",
        fmt::format("the slope of {}, of the result {}, stands where that of {} belongs", name, fx,
                    name_f),
        pullback_of(g, with, above, y, y));
  }
};

// "a1 in place of the slope relu′(z1)": where the slope is written by its name.
std::function<OnSheet(NodeId)> words_for_slope(const Graph& graph, NodeId user) {
  if (graph[user].operation->side == nullptr) return {};
  return [&graph, user](NodeId it) -> OnSheet {
    return {Turn::slopes, [&graph, user, it]() -> SheetWords {
              const Node& node = graph[user];
              const Symbol slope = simplify(pullback_of(*node.operation, node.with, Symbol(1),
                                                        value_formula(graph, user),
                                                        value_formula(graph, node.operands[0])));
              return {"activation for its slope",
                      {write(value_formula(graph, it)), notation::words("in place of the slope"),
                       write(slope)},
                      "look at the slope of the activation"};
            }};
  };
}

// What people write, or what could be written at all.
enum class Which { known, any };

void of_operation(Catalogue& catalogue, NodeId user, Which which, std::vector<Mistake>& mistakes) {
  const Node& node = catalogue.graph()[user];
  const Operation& operation = *node.operation;
  const std::string name(operation.name);
  const std::string x = catalogue.called(node.operands[0]);
  Slopes slopes{Edit{user, 0},
                mistakes,
                reads::from_above(node.shape),
                reads::result(node.shape),
                reads::operand(0, node.shape),
                [&](const Symbol& at) { return Symbol::apply(operation, {at}, node.with); },
                [&](const Symbol& above, const Symbol& of_y, const Symbol& of_x) {
                  return pullback_of(operation, node.with, above, of_y, of_x);
                },
                name,
                fmt::format("{}({})", name, x == "its argument" ? "…" : x),
                fmt::format("{}′({})", name, x == "its argument" ? "…" : x),
                x,
                catalogue.called(user),
                words_for_slope(catalogue.graph(), user),
                node.operands[0],
                user};
  if (which == Which::any) return slopes.add_any();
  slopes.add_all(&operation, node.with.numbers == standard_numbers(operation));
  // A2 = tanh(Z2) + A1: the line's value is not that of the activation
  const NodeId line = catalogue.line_of(user);
  if (line == user || !(catalogue.graph()[line].shape == node.shape)) return;
  const Symbol y = reads::value(line, node.shape);
  slopes.add(
      slope_at_activation, "of line",
      fmt::format("the slope of {} is taken at {}, to which more was added already, where {} "
                  "belongs",
                  name, catalogue.called(line), x),
      slopes.pullback(slopes.above, y, y));
}

// A2 = tanh(Z2) + A1: what is added beside an activation has no part in its slope.
void of_neighbour(Catalogue& catalogue, NodeId user, int operand, std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& node = graph[user];
  if (node.operation->law != Law::add) return;
  const NodeId beside = node.operands[operand == 0 ? 1 : 0];
  const auto bend = std::ranges::find_if(catalogue.activations(), [&](const auto& activation) {
    return activation.y == beside && activation.operation != nullptr;
  });
  if (bend == catalogue.activations().end()) return;
  const Node& activation = graph[beside];
  Mistake mistake = mistake_of(
      slope_on_skip,
      fmt::format("the slope of {} comes in on the way back to {} too, which does not pass it",
                  activation.operation->name,
                  catalogue.called(node.operands[operand == 0 ? 0 : 1])));
  add_mistake(mistakes, std::move(mistake), Edit{user, operand}, node.shape, [&] {
    return pullback_of(*activation.operation, activation.with, reads::from_above(node.shape),
                       reads::value(beside, activation.shape),
                       reads::value(bend->x, activation.shape));
  });
}

// The formula of a line, or of its pullback, with what stands for its value put in, and the values
// that it uses beside it (the trained slope of a PReLU) as they are.
Symbol with(const Graph& graph, const Symbol& formula, const std::map<Quantity, Symbol>& put) {
  return substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    const auto found = put.find(leaf.stands_for());
    if (found != put.end()) return found->second;
    const NodeId node = leaf.stands_for().name.empty() ? -1 : graph.node_of(leaf.stands_for());
    return node < 0 ? std::nullopt : std::optional(reads::value(node, leaf.shape()));
  });
}

void of_line(Catalogue& catalogue, const Catalogue::Activation& line, const Edit& base, Which which,
             std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Shape& shape = graph[line.y].shape;
  const std::string x_name = graph[line.x].name;
  const std::string y_name = graph[line.y].name;
  const Symbol forward = line_formula(graph, line.y);
  const Symbol seed = reads::from_above(shape);
  const BackwardGraph& back = catalogue.back();
  const Symbol pullback = back.line(back.pass(), line.y, seed).at(line.x);
  Slopes slopes{
      base,
      mistakes,
      reads::gradient(line.y, shape),
      reads::value(line.y, shape),
      reads::value(line.x, shape),
      [&](const Symbol& at) {
        return with(graph, forward, {{x_name, at}});
      },
      [&](const Symbol& above, const Symbol& y, const Symbol& x) {
        return with(graph, pullback, {{x_name, x}, {y_name, y}, {Quantity::above, above}});
      },
      y_name,
      y_name,
      fmt::format("∂{}/∂{}", y_name, x_name),
      x_name,
      y_name};
  const auto begin = static_cast<std::ptrdiff_t>(mistakes.size());
  if (which == Which::any)
    slopes.add_any();
  else
    slopes.add_all(nullptr);
  for (auto mistake = mistakes.begin() + begin; mistake != mistakes.end(); ++mistake) {
    mistake->line = line.y;
    mistake->of = line.x;
  }
}

}  // namespace

namespace {

void of_activations(Catalogue& catalogue, NodeId user, int operand, Which which,
                    std::vector<Mistake>& mistakes) {
  for (const Catalogue::Activation& activation : catalogue.activations()) {
    if (activation.operation != nullptr) {
      if (activation.y == user) of_operation(catalogue, user, which, mistakes);
      continue;
    }
    // the line's first use of x speaks for the line; its other uses are silent then
    std::vector<std::pair<NodeId, int>> uses;
    for (const auto& use : catalogue.back().uses(activation.x)) {
      if (catalogue.line_of(use.first) == activation.y) uses.push_back(use);
    }
    if (uses.empty() || uses.front() != std::pair(user, operand)) continue;
    Edit base{user, operand};
    base.silenced.assign(uses.begin() + 1, uses.end());
    of_line(catalogue, activation, base, which, mistakes);
  }
}

}  // namespace

void add_slope_mistakes(Catalogue& catalogue, NodeId user, int operand,
                        std::vector<Mistake>& mistakes) {
  of_neighbour(catalogue, user, operand, mistakes);
  of_activations(catalogue, user, operand, Which::known, mistakes);
}

void add_any_slopes(Catalogue& catalogue, NodeId user, int operand,
                    std::vector<Mistake>& mistakes) {
  of_activations(catalogue, user, operand, Which::any, mistakes);
}

void add_slope_slips(Catalogue& catalogue, NodeId value, std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const std::vector<Catalogue::Way> ways = catalogue.ways_from(value);
  if (ways.size() != 1 || ways[0].line == catalogue.back().loss()) return;
  const NodeId line = ways[0].line;
  const Shape& shape = graph[value].shape;
  if (!(graph[line].shape == shape)) return;
  Mistake mistake = mistake_of(mistake_kinds::slope_missing, "");
  mistake.on_sheet = {
      Turn::slopes, [&graph, value, line]() -> SheetWords {
        const auto shown = [&](NodeId id) { return display_of(graph[id]); };
        return {"slope left out",
                {notation::words("the slope"), notation::partial(shown(line), shown(value)),
                 notation::words("was left out")},
                "a factor is missing"};
      }};
  add_mistake(mistakes, std::move(mistake), Edit{value, -1}, shape,
              [&] { return reads::gradient(line, shape); });
}

void add_corner_choices(Catalogue& catalogue, NodeId user, int operand,
                        std::vector<Mistake>& mistakes) {
  const auto& corners = catalogue.companions().corners;
  const auto corner = corners.find(user);
  if (corner == corners.end() || operand != 0) return;
  const Node& node = catalogue.graph()[user];
  const Kink kink = node.operation->kink(node.with);
  // from the slope that is taken to that of the other side
  const Rational jump = kink.above - kink.taken;
  const Symbol mask = reads::value(corner->second, node.shape);
  Edit where{user, 0};
  where.has_factor = true;
  const std::string taken = to_string(kink.taken);
  const std::string below = kink.below < kink.taken ? "−" + to_string(-kink.below) : taken;
  Mistake choice = mistake_of(
      corner_slope,
      fmt::format("{} is 0 in some entries, the corner of {}, where every slope from {} to 1 is a "
                  "subgradient; {{k}} of the way from {} to 1 is taken, and we take {}",
                  catalogue.called(node.operands[0]), node.operation->name, below, taken, taken));
  choice.says_all = true;
  choice.factor = Mistake::Factor::corner;
  choice.neutral = 0;
  if (kink.below < kink.taken)
    choice.least = static_cast<long double>(Exact((kink.below - kink.taken) / jump).to_double());
  add_mistake(mistakes, std::move(choice), where, node.shape, [&] {
    return catalogue.back().rule(user)[0] +
           reads::from_above(node.shape) * mask * (reads::factor() * Symbol(jump));
  });
}

}  // namespace tracer

#include "tracer/derive/page_parts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/number/decimal.hpp"

namespace tracer {
namespace {

void visit(const Symbol& e, const std::function<void(const Symbol&)>& f) {
  f(e);
  if (e.kind() != Symbol::Kind::apply) return;
  for (const Symbol& operand : e.operands()) visit(operand, f);
}

bool has_matmul(const Symbol& e) {
  bool found = false;
  visit(e, [&](const Symbol& part) { found = found || part.is(Law::matmul); });
  return found;
}

std::string name_of(const Symbol& e) {
  return e.kind() == Symbol::Kind::leaf ? e.display().text : std::string();
}

bool is_named_leaf(const Symbol& e) {
  return e.kind() == Symbol::Kind::leaf && e.display().kind == Notation::Kind::name;
}

// "b is added to each column"
std::vector<std::string> broadcast_reasons(const Symbol& formula) {
  std::vector<std::string> reasons;
  visit(formula, [&](const Symbol& e) {
    if (e.kind() != Symbol::Kind::apply) return;
    if (!e.is(Law::add) && !e.is(Law::subtract) && !e.is(Law::multiply) && !e.is(Law::divide))
      return;
    for (const Symbol& operand : e.operands()) {
      if (!operand.is(Law::broadcast) || !is_named_leaf(operand.operands()[0])) continue;
      const Symbol& what = operand.operands()[0];
      if (what.shape().is_scalar()) continue;
      const bool column = what.shape().columns.is_one();
      const char* how = e.is(Law::add)        ? "is added to"
                        : e.is(Law::subtract) ? "is subtracted from"
                        : e.is(Law::multiply) ? "multiplies"
                                              : "divides";
      reasons.push_back(
          fmt::format("{} {} each {}", name_of(what), how, column ? "column" : "row"));
    }
  });
  return reasons;
}

// Is it, or is it computed from, what a data line gives: its columns are samples.
bool holds_samples(const Graph& graph, NodeId id) {
  return id >= 0 && depends_on(graph, id, leaves_of(graph, LeafKind::data));
}

int sign_of_scalar(const Array<Exact>& value) { return value(0, 0).sign(); }

}  // namespace

std::string shapes_of(const Symbol& e) {
  constexpr int most = 40;  // a chain of more products than anybody would want to see the shapes of
  if (e.shape().is_scalar() && e.kind() != Symbol::Kind::apply) return "";
  if (e.weight() > most) return "";
  if (e.is(Law::matmul)) {
    std::string text;
    for (const Symbol& operand : e.operands()) {
      const std::string part = shapes_of(operand);
      text +=
          part.empty() || !operand.is(Law::matmul) ? "(" + to_string(operand.shape()) + ")" : part;
    }
    return text;
  }
  if ((e.is(Law::add) || e.is(Law::subtract)) && has_matmul(e)) {
    std::string text;
    for (std::size_t i = 0; i < 2; ++i) {
      const Symbol& operand = e.operands()[i];
      const Symbol& bare = operand.is(Law::broadcast) ? operand.operands()[0] : operand;
      const std::string part = shapes_of(bare);
      if (i == 1) text += e.is(Law::add) ? " + " : " − ";
      text += part.empty()
                  ? (bare.shape().is_scalar() ? "scalar" : "(" + to_string(bare.shape()) + ")")
                  : part;
    }
    return text;
  }
  return "";
}

bool is_unused(const Graph& graph, std::string_view letter) {
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Shape& shape = graph[id].shape;
    if (shape.rows.name == letter || shape.columns.name == letter) return false;
  }
  return graph.find(std::string(letter)) < 0;
}

std::string unused_letter(const Graph& graph, std::span<const std::string_view> letters) {
  const auto unused = std::ranges::find_if(
      letters, [&](std::string_view letter) { return is_unused(graph, letter); });
  return unused != letters.end() ? std::string(*unused) : std::string(letters.front()) + "̂";
}

std::vector<std::string> legends_of(const Symbol& formula) {
  std::vector<std::string> legends;
  visit(formula, [&](const Symbol& e) {
    if (e.kind() != Symbol::Kind::apply || e.operation().legend.empty()) return;
    std::string legend(e.operation().legend);
    const Notation written = write(e);
    const bool row = written.kind == Notation::Kind::transpose;
    const Notation& unit = row ? written.children[0] : written;
    if (e.is(Law::place) && unit.kind == Notation::Kind::name)
      legend = fmt::format("{}: 1 at [{}], counted from 0, and else 0", unit.text,
                           row ? e.attributes().column : e.attributes().row);
    if (std::ranges::find(legends, legend) == legends.end()) legends.push_back(std::move(legend));
  });
  return legends;
}

std::vector<std::string> forward_reasons(const Rules& rules, const StepNumbers& numbers,
                                         NodeId line) {
  std::vector<std::string> reasons;
  const Symbol& formula = rules.line(line);
  if (formula.kind() != Symbol::Kind::apply) return reasons;
  const Operation& operation = formula.operation();
  const Symbol* operand = formula.operands().empty() ? nullptr : &formula.operands()[0];

  if (operation.side != nullptr && operand != nullptr && operand->shape().is_scalar() &&
      numbers.known()) {
    reasons.push_back(operation.side(is_named_leaf(*operand) ? name_of(*operand) : "its argument",
                                     sign_of_scalar(numbers.evaluate(*operand))));
  } else if (operation.side != nullptr && operand != nullptr && numbers.known() &&
             operation.hidden != nullptr) {
    const Array<Exact> value = numbers.evaluate(*operand);
    long long off = 0;
    for (Eigen::Index k = 0; k < value.size(); ++k) off += value(k) <= Exact(0) ? 1 : 0;
    reasons.push_back(fmt::format("{} of {} entries are not above 0", off, value.size()));
  }
  if (operation.reasons != nullptr) {
    const bool named = operand != nullptr && is_named_leaf(*operand);
    const std::string letter =
        named ? name_of(*operand) : unused_letter(rules.graph(), argument_letters);
    for (std::string& reason :
         operation.reasons(rules.display(line).text, letter, formula.shape(), formula.attributes()))
      reasons.push_back(std::move(reason));
    if (!named) reasons.push_back(fmt::format("{}: what {} is of", letter, operation.name));
  }
  if (operation.loss != nullptr && !operation.loss->picks.empty() && numbers.known() &&
      is_named_leaf(formula.operands()[1]) &&
      numbers.samples_sum_to_one(formula.operands()[1], formula.attributes().axis)) {
    reasons.push_back(fmt::format("{} picks one {} per sample: that of the true class",
                                  name_of(formula.operands()[1]),
                                  is_named_leaf(*operand) ? name_of(*operand) : "probability"));
  }
  if (const std::string shapes = shapes_of(formula); !shapes.empty()) reasons.push_back(shapes);
  for (std::string& reason : broadcast_reasons(formula)) reasons.push_back(std::move(reason));
  return reasons;
}

namespace {

// for relu′(z) which side of its corner: of a scalar; of a matrix how many entries let nothing
// through
std::string side_reason(const Symbol& slope, const StepNumbers& numbers) {
  const Symbol& x = slope.operands()[0];
  const auto side = slope.operation().slope_side;
  const std::string name = is_named_leaf(x) ? name_of(x) : "its argument";
  const Array<Exact> value = numbers.evaluate(x);
  if (x.shape().is_scalar()) return side(name, sign_of_scalar(value));
  long long above = 0;
  long long on_corner = 0;
  Eigen::Index place = 0;
  for (Eigen::Index k = 0; k < value.size(); ++k) {
    const int sign = value(k).sign();
    above += sign > 0 ? 1 : 0;
    on_corner += sign == 0 ? 1 : 0;
    if (sign == 0) place = k;
  }
  std::string reason = fmt::format("{} of {} entries of {} are above 0", above, value.size(), name);
  // where no more is said of 0 than of what is below it, the two sides meet without a corner
  const bool has_corner = side("", 0) != side("", -1);
  if (on_corner > 0 && has_corner) {
    const Exact taken = numbers.evaluate(slope)(place);
    reason += fmt::format("; {} exactly 0, the corner: no slope there, {} is taken by choice",
                          on_corner, to_decimal(taken, 4, true).text);
  }
  return reason;
}

// "a", "0": an operand in a sentence
std::string operand_text(const Symbol& e, std::string_view otherwise) {
  const Symbol& one = is_spread(e) ? e.operands()[0] : e;
  if (one.is_number()) return to_string(one.number());
  return is_named_leaf(one) ? name_of(one) : std::string(otherwise);
}

// for [a > b] how many entries are shared, because a and b are equal there; empty: none
std::string tie_reason(const Symbol& share, const StepNumbers& numbers) {
  const Array<Exact> shares = numbers.evaluate(share);
  long long tied = 0;
  for (Eigen::Index k = 0; k < shares.size(); ++k)
    tied += shares(k) > Exact(0) && shares(k) < Exact(1) ? 1 : 0;
  if (tied == 0) return "";
  std::vector<std::string> names;
  for (const Symbol& operand : share.operands())
    names.push_back(operand_text(operand, names.empty() ? "one side" : "the other"));
  if (names.size() == 1 && names[0] == "one side") names[0] = "its argument";
  return share.operation().tie(names, tied, shares.size());
}

// for [low ≤ x ≤ high] how many entries are at a bound: the corner of what is cut off there
std::string bound_reason(const Symbol& condition, const Array<Exact>& truth,
                         const StepNumbers& numbers) {
  const std::vector<Rational>& bounds = condition.attributes().numbers;
  if (bounds.empty() || condition.operands().size() != 1) return "";
  const Array<Exact> x = numbers.evaluate(condition.operands()[0]);
  const auto is_at_bound = [&](const Exact& entry) {
    return entry.is_rational() && std::ranges::find(bounds, entry.rational()) != bounds.end();
  };
  const auto met = std::count_if(x.data(), x.data() + x.size(), is_at_bound);
  if (met == 0) return "";
  const Exact& taken = truth(std::find_if(x.data(), x.data() + x.size(), is_at_bound) - x.data());
  return fmt::format("; {} at a bound, a corner: no slope there, {} is taken by choice",
                     x.size() == 1 ? "it is" : fmt::format("{} exactly", met),
                     to_decimal(taken, 4, true).text);
}

// for [z > 0] where it holds
std::string condition_reason(const Symbol& condition, const StepNumbers& numbers) {
  const Array<Exact> truth = numbers.evaluate(condition);
  long long held = 0;
  for (Eigen::Index k = 0; k < truth.size(); ++k) held += truth(k).is_zero_surely() ? 0 : 1;
  std::vector<std::string> names;
  for (const Symbol& operand : condition.operands())
    names.push_back(operand_text(operand, unnamed_operand));
  return condition.operation().holds(names, held, truth.size(), condition.attributes()) +
         bound_reason(condition, truth, numbers);
}

void slope_reasons(const Symbol& rule, const StepNumbers& numbers,
                   std::vector<std::string>& reasons) {
  if (!numbers.known() || rule.weight() > most_terms) return;  // that one is not written out
  visit(rule, [&](const Symbol& e) {
    if (e.kind() != Symbol::Kind::apply) return;
    std::string reason;
    if (e.operation().slope_side != nullptr) reason = side_reason(e, numbers);
    if (e.operation().tie != nullptr) reason = tie_reason(e, numbers);
    if (e.operation().holds != nullptr) reason = condition_reason(e, numbers);
    if (reason.empty() || std::ranges::find(reasons, reason) != reasons.end()) return;
    reasons.push_back(std::move(reason));
  });
}

// ½·(…)²: the 2 that comes down cancels the ½
bool is_half_square(const Symbol& formula) {
  if (!formula.is(Law::multiply) || !formula.operands()[0].is_number()) return false;
  const Symbol& power = formula.operands()[1];
  return formula.operands()[0].number() == Rational(1, 2) &&
         (power.is(Law::square) || (power.is(Law::power) && power.operands()[1].is_number(2)));
}

// The shape of a formula as it is written, where what is spread over a matrix stands unspread.
Shape written_shape(const Symbol& e) {
  if (e.is(Law::broadcast)) return written_shape(e.operands()[0]);
  if (!e.is(Law::multiply) && !e.is(Law::divide) && !e.is(Law::negate)) return e.shape();
  Shape all;
  for (const Symbol& operand : e.operands()) {
    const Shape one = written_shape(operand);
    if (!one.rows.is_one()) all.rows = one.rows;
    if (!one.columns.is_one()) all.columns = one.columns;
  }
  return all;
}

// One number, or one in each row or column, comes through a line to more entries than that.
std::string spread_reason(const Rules& rules, const Path& path, const Shape& to) {
  if (path.local || to.is_scalar()) return "";
  const Shape from = written_shape(path.rule);
  const bool rows = from.rows.is_one() && !to.rows.is_one();
  const bool columns = from.columns.is_one() && !to.columns.is_one();
  if (!rows && !columns) return "";
  const char* where = from.is_scalar() ? "entry" : rows ? "row" : "column";
  return fmt::format("what comes through {} is the same in every {}", rules.display(path.line).text,
                     where);
}

// Of a line that has a gradient of 0 because something in it is flat: a comparison, sign, step.
std::string flat_reason(const Symbol& line) {
  std::string reason;
  visit(line, [&](const Symbol& e) {
    if (e.kind() != Symbol::Kind::apply || !reason.empty()) return;
    if (e.operation().holds != nullptr)
      reason = "a comparison is flat, it jumps and has no slope: nothing flows back through it";
    else if (e.operation().is_entrywise && e.operation().gradient_reason != nullptr)
      reason = e.operation().gradient_reason(0, "", {}, e.attributes());
  });
  return reason;
}

// What the operation of a line says of the gradient of this value, which it is given as it is.
std::string reason_of_operation(const Rules& rules, NodeId named, NodeId value) {
  const Symbol& line = rules.line(named);
  if (line.kind() != Symbol::Kind::apply || line.operation().gradient_reason == nullptr) return "";
  std::vector<std::string> names;
  for (const Symbol& operand : line.operands()) names.push_back(operand_text(operand, "its input"));
  const auto at = std::ranges::find(names, rules.display(value).text);
  if (at == names.end()) return "";
  return line.operation().gradient_reason(
      static_cast<std::size_t>(at - names.begin()),
      fmt::format("∂{}/∂{}", rules.loss_display().text, rules.display(named).text), names,
      line.attributes());
}

}  // namespace

std::vector<std::string> gradient_reasons(const Rules& rules, const StepNumbers& numbers,
                                          const GradientRule& gradient, bool trains, Told& told) {
  std::vector<std::string> reasons;
  const Graph& graph = rules.graph();
  if (gradient.paths.size() > 1) {
    constexpr std::size_t most_names = 5;
    const std::size_t all = gradient.paths.size();
    const std::size_t named = all > most_names ? most_names - 1 : all;
    std::string lines;
    for (std::size_t i = 0; i < named; ++i) {
      lines += (i == 0         ? ""
                : i + 1 == all ? " and "
                               : ", ") +
               rules.display(gradient.paths[i].line).text;
    }
    if (named < all) lines += fmt::format(" and {} more lines", all - named);
    reasons.push_back(fmt::format("{} paths meet: {} is used in {}; their contributions are added",
                                  gradient.paths.size(), rules.display(gradient.node).text, lines));
    for (const Path& path : gradient.paths) {
      if (std::string reason = spread_reason(rules, path, graph[gradient.node].shape);
          !reason.empty())
        reasons.push_back(std::move(reason));
    }
  }
  for (const Path& path : gradient.paths) {
    const Symbol& line = rules.line(path.line);
    if (path.line == rules.loss() && path.local && is_half_square(line) &&
        gradient.paths.size() == 1 && !graph[gradient.node].is_leaf()) {
      reasons.emplace_back("the 2 of the square cancels the ½");
    }
    slope_reasons(path.rule, numbers, reasons);
    const std::string own_reason = reason_of_operation(rules, path.line, gradient.node);
    if (!own_reason.empty()) reasons.push_back(own_reason);
    if (const auto divisor = numbers.zero_divisor(path.rule))
      reasons.push_back(fmt::format("{} = 0, a corner: no slope there, 0 is taken by choice",
                                    operand_text(*divisor, "what it is divided by")));
    for (std::string& legend : legends_of(path.rule))
      if (std::ranges::find(reasons, legend) == reasons.end()) reasons.push_back(std::move(legend));
    if (trains && !told.weights_of_forward && !graph[gradient.node].is_leaf() &&
        path.line != rules.loss()) {
      std::string weight;
      visit(path.rule, [&](const Symbol& e) {
        if (!is_named_leaf(e) || !weight.empty()) return;
        const NodeId id = graph.node_of(e.stands_for());
        if (id >= 0 && graph[id].leaf == LeafKind::parameter) weight = name_of(e);
      });
      if (!weight.empty()) {
        reasons.push_back(weight + " from the forward pass, not the updated one");
        told.weights_of_forward = true;
      }
    }
    if (!path.local && path.rule.is(Law::matmul)) {
      const Symbol& right = path.rule.operands()[1];
      if (!told.transpose && right.is(Law::transpose) && graph[gradient.node].is_leaf()) {
        const std::string x = name_of(right.operands()[0]);
        const std::string w = rules.display(gradient.node).text;
        if (!x.empty()) {
          const bool one = right.operands()[0].shape().columns.is_one();
          reasons.push_back(
              one ? fmt::format("why {0}ᵀ: {1}[i,j] multiplies {0}[j], so its gradient is entry i "
                                "of what came from above times {0}[j]",
                                x, w)
                  : fmt::format(
                        "why {0}ᵀ: {1}[0,0] meets {0}[0,k] in every {2} k, so its "
                        "gradient is a sum over {2}s",
                        x, w,
                        holds_samples(graph, graph.node_of(right.operands()[0].stands_for()))
                            ? "sample"
                            : "column"));
          told.transpose = true;
        }
      }
    }
    if (!path.local && path.rule.is(Law::sum) && !graph[gradient.node].shape.is_scalar()) {
      const bool rows = path.rule.operation().axis == 1;
      const Symbol& each = path.rule.operands()[0];
      const std::string many = to_string(rows ? each.shape().columns : each.shape().rows);
      // what came from above, as it is: the value was a term; else a factor, or more
      const Symbol& bare = each.is(Law::negate) ? each.operands()[0] : each;
      const auto is_from_above = [](const Symbol& e) {
        return e.kind() == Symbol::Kind::leaf && e.stands_for().kind == Quantity::adjoint;
      };
      const bool factor =
          bare.is(Law::multiply) && std::ranges::any_of(bare.operands(), is_from_above);
      reasons.push_back(fmt::format("{} {} {} {}s", rules.display(gradient.node).text,
                                    is_from_above(bare) ? "was added to"
                                    : factor            ? "multiplies"
                                                        : "acts on",
                                    many == "2" ? "both" : "all " + many, rows ? "column" : "row"));
    }
    if (path.assumes_unit_sums)
      reasons.emplace_back("the entries of each sample of these sum to 1");
    if (path.rule.is_number(0)) {
      if (!own_reason.empty()) continue;  // which says why
      if (const std::string flat = flat_reason(line); !flat.empty()) {
        if (std::ranges::find(reasons, flat) == reasons.end()) reasons.push_back(flat);
        continue;
      }
      reasons.push_back(fmt::format("{} does not change {}", rules.display(gradient.node).text,
                                    rules.display(path.line).text));
    } else if (numbers.known() && path.local && gradient.paths.size() == 1) {
      // a factor that is exactly 0 leaves nothing
      const Symbol whole = rules.contribution(path);
      std::string zero;
      const std::function<void(const Symbol&)> factors = [&](const Symbol& e) {
        if (e.is(Law::multiply)) {
          for (const Symbol& operand : e.operands()) factors(operand);
        } else if (is_named_leaf(e) && zero.empty() && numbers.of(e)(0, 0).is_zero_surely()) {
          zero = name_of(e);
        }
      };
      factors(whole);
      if (!zero.empty()) reasons.push_back(zero + " = 0, so nothing is left");
    }
  }
  return reasons;
}

}  // namespace tracer

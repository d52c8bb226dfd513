#include "tracer/diagnosis/told.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "tracer/diagnosis/compare.hpp"
#include "tracer/symbol/operation.hpp"

namespace tracer {
namespace {

double count_of(const Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic>& which) {
  return static_cast<double>(which.count());
}

// Of what the digits of a claim leave open, relative to its largest entry; the least of all.
double relative_precision(const std::vector<const JudgedClaim*>& wrong) {
  double least = HUGE_VAL;
  for (const JudgedClaim* array : wrong) {
    const auto largest = static_cast<double>(array->claim.values.abs().maxCoeff());
    if (largest > 0)
      least = std::min(least, left_open(array->claim, array->truth).maxCoeff() / largest);
  }
  return std::isfinite(least) ? least : 0;
}

// How many numbers a story is told of, which is fewer than there are entries.
class StoryNumbers {
 public:
  StoryNumbers(Search& search, Explanation& explanation,
               const std::vector<const JudgedClaim*>& wrong)
      : search_(search),
        graph_(search.batch().graph),
        explanation_(explanation),
        right_(search.right()),
        wrong_(wrong),
        // what is nearer to 0 or 1 than that is the same for all that is computed of it
        tolerance_(std::max(1e-5, 3 * relative_precision(wrong))) {}

  // That mistakes have made: the entries of the gradients that they are about, those of all places
  // where they come together once.
  double made() {
    std::map<NodeId, double> numbers;
    for (const Explanation::Part& part : explanation_.parts) {
      const auto [at, count] = made_by(part);
      const auto [known, is_new] = numbers.try_emplace(at, count);
      if (!is_new) known->second = std::max(known->second, count);
    }
    double sum = 0;
    for (const auto& [at, count] : numbers) sum += count;
    return sum;
  }

  // That the gradient of the output has, where another forward pass makes nothing but signs, zeros
  // and twos of it.
  double at_top() { return is_simple(top_line()) ? numbers_at_top() : HUGE_VAL; }

  // That are claimed: of a line's weights and biases no more than there are in the line's gradient.
  double claimed() {
    std::map<NodeId, double> entries;
    for (const JudgedClaim* array : wrong_) {
      const NodeId node = graph_.find(array->claim.name);
      const NodeId line = graph_[node].is_leaf() ? only_line_of(node) : -1;
      entries[line < 0 ? node : line] +=
          count_of(array->claim.values != 0 || array->truth.values != 0);
    }
    double sum = 0;
    for (const auto& [at, count] : entries)
      sum += graph_[at].is_leaf() ? count : std::min(count, std::max(1.0, entries_of(at)));
    return sum;
  }

 private:
  struct Gradients {
    Reals made, right;
  };
  std::optional<Gradients> gradients(NodeId node) {
    if (node < 0 || !graph_[node].is_named()) return std::nullopt;
    auto made = search_.predicted(explanation_, graph_[node].name, 0);
    auto right = search_.predicted(right_, graph_[node].name, 0);
    if (!made || !right) return std::nullopt;
    return Gradients{std::move(made->values), std::move(right->values)};
  }

  // The entries that are not 0, with the mistakes or without them.
  double entries_of(NodeId node) {
    const auto both = gradients(node);
    if (!both) return static_cast<double>(graph_[node].shape.count());
    return count_of(both->made != 0 || both->right != 0);
  }

  // The line that uses a leaf; −1 where several do.
  NodeId only_line_of(NodeId leaf) {
    const auto ways = search_.catalogue().ways_from(leaf);
    return ways.size() == 1 ? ways[0].line : -1;
  }

  // Whether it is made of all wrong gradients of weights and biases of that line: then it is one of
  // the line's own gradient.
  bool is_of_whole(NodeId line, const Explanation::Part& part) {
    return std::ranges::all_of(wrong_, [&](const JudgedClaim* array) {
      const NodeId leaf = graph_.find(array->claim.name);
      if (!graph_[leaf].is_leaf() || only_line_of(leaf) != line) return true;
      return std::ranges::any_of(explanation_.parts, [&](const Explanation::Part& other) {
        return other.mistake->of == leaf && other.mistake->family == part.mistake->family;
      });
    });
  }

  // Where the gradient goes on to one line, as from A1 to Z1, there are no more than there.
  std::pair<NodeId, double> made_by(const Explanation::Part& part) {
    NodeId at = part.mistake->of;
    if (graph_[at].is_leaf()) {
      const NodeId line = only_line_of(at);
      if (line >= 0 && is_of_whole(line, part)) at = line;
    }
    const NodeId begin = at;
    NodeId end = at;
    auto least = static_cast<double>(graph_[at].shape.count());
    while (at >= 0 && graph_[at].is_named()) {
      end = at;
      least = std::min(least, std::max(1.0, entries_of(at)));
      if (graph_[at].is_leaf()) break;
      std::vector<NodeId> operands = graph_.line_operands(at);
      std::erase_if(operands, [&](NodeId id) { return graph_[id].leaf == LeafKind::constant; });
      at = operands.size() == 1 ? operands.front() : -1;
    }
    if (is_simple(begin)) least = std::min(least, numbers_at_top());
    return {end, least};
  }

  bool is_quantised(long double x) const {
    const long double m = search_.batch().batch_size;
    const auto is = [&](long double k) { return std::fabs(std::fabs(x) - k) * m <= tolerance_; };
    return is(0) || is(1 / m) || is(2 / m) || (m > 1 && std::fabs(std::fabs(x) - 1) <= tolerance_);
  }

  // What the mistakes make of a gradient is what it should be, but for signs, zeros and twos: or
  // both are nothing else.
  bool is_simple(NodeId node) {
    const auto both = gradients(node);
    if (!both) return false;
    for (Eigen::Index i = 0; i < both->made.size(); ++i) {
      const long double made = both->made.data()[i], right = both->right.data()[i];
      const long double ratio = std::fabs(made) / std::fabs(right);
      const auto is = [&](long double k) { return std::fabs(ratio - k) <= tolerance_ * k; };
      const bool simple = made == 0 || right == 0 || is(1) || is(2) || is(0.5L);
      if (!simple && !(is_quantised(made) && is_quantised(right))) return false;
    }
    return true;
  }

  // A saturated net is sure of all its samples: every p − y is 0 or ±1, and what becomes of it by
  // whatever formula is 0 or ±1 again. So many of them are not.
  double numbers_at_top() {
    const auto both = gradients(top_line());
    if (!both) return HUGE_VAL;
    double count = 0;
    for (const long double x : both->right.reshaped()) count += is_quantised(x) ? 0 : 1;
    return count;
  }

  // The logits of a classification; −1: there are none. Other outputs don't saturate.
  NodeId top_line() {
    const NodeId top = search_.batch().prediction;
    if (top < 0 || !search_.catalogue().back().is_live(top)) return -1;
    if (!graph_[top].is_leaf() && pair_of_activation(*graph_[top].operation) != nullptr) {
      const std::vector<NodeId> operands = graph_.line_operands(top);
      if (operands.size() == 1) return operands.front();
    }
    const std::vector<NodeId> loss = graph_.line_nodes(search_.batch().loss);
    const bool joined = std::ranges::any_of(loss, [&](NodeId id) {
      return !graph_[id].is_leaf() && pair_of_joined(*graph_[id].operation) != nullptr;
    });
    return joined ? top : -1;
  }

  Search& search_;
  const Graph& graph_;
  Explanation& explanation_;
  Explanation right_;
  const std::vector<const JudgedClaim*>& wrong_;
  double tolerance_;
};

// To within that share of the largest entry: in other words the same, where it is one_formula.
constexpr long double one_formula = 1e-12L;
bool are_alike(const Reals& a, const Reals& b, long double share) {
  return ((a - b).abs() <= share * a.abs().maxCoeff()).all();
}

}  // namespace

bool is_told(Search& search, Explanation& explanation, const std::vector<const JudgedClaim*>& wrong,
             double digits_before) {
  double evidence = 0;
  double best = 0;
  for (const JudgedClaim* array : wrong) {
    if (std::ranges::count(explanation.unexplained, array->claim.name) > 0) continue;
    const auto made = search.predicted(explanation, array->claim.name, array->point);
    if (!made) continue;
    const Reals& claimed = array->claim.values;
    // that something is 0 within rounding says nothing of what is not exactly 0
    if (!says_something(array->claim, *made) && (claimed != 0).any()) continue;
    const Array<double> from_right = (claimed - array->truth.values).abs().cast<double>();
    const Array<double> from_made = (claimed - made->values).abs().cast<double>();
    const Array<double> digits =
        (from_right / from_made.max(left_open(array->claim, *made))).log10().max(0).min(16);
    evidence += digits.sum();
    best = std::max(best, digits.maxCoeff());
  }
  // However many entries follow from it, a gradient of one entry that is wrong is one number; and
  // so is one of which every other entry is 0, of a single unit that is on.
  StoryNumbers numbers(search, explanation, wrong);
  evidence = std::min(evidence, numbers.claimed() * best);
  evidence = std::min(evidence, (digits_before == 0 ? numbers.made() : numbers.at_top()) * best);
  // zeros that were rounded to a digit or two may be anything small
  const bool zero = std::ranges::any_of(explanation.parts, [](const Explanation::Part& part) {
    return part.mistake->kind == mistake_kinds::zero_gradient;
  });
  if (zero && best < 2.5) return false;
  // a factor that is nothing takes what another formula gets wrong, where few digits show it; and
  // beside another mistake what one of the others gets wrong
  const bool any_factor = std::ranges::any_of(explanation.parts, [](const Explanation::Part& part) {
    return part.mistake->edit->has_factor && !part.factor_name &&
           part.mistake->factor == Mistake::Factor::number;
  });
  const bool beside = explanation.parts.size() + (digits_before > 0 ? 1 : 0) > 1;
  if (any_factor && best < (beside ? 4 : 2.5)) return false;
  return evidence >= digits_before + digits_taken(explanation, best);
}

bool stands_out(Search& search, Explanation& explanation,
                const std::vector<const JudgedClaim*>& wrong) {
  // Digits by which the nearest other formula has to be farther from the claim, of all numbers that
  // differ between them: slopes are smooth, and more than three numbers tell no more of them.
  constexpr double wanted = 2;
  constexpr double most_numbers = 3;
  if (!search.can_ask_neighbours()) return true;
  struct Known {
    const JudgedClaim* array;
    Reals made;
    Array<double> open;
  };
  std::vector<Known> known;
  for (const JudgedClaim* array : wrong) {
    if (std::ranges::count(explanation.unexplained, array->claim.name) > 0) continue;
    auto made = search.predicted(explanation, array->claim.name, array->point);
    if (made) known.push_back({array, made->values, left_open(array->claim, *made)});
  }
  const double numbers = std::min(most_numbers, StoryNumbers(search, explanation, wrong).claimed());
  bool alone = true;
  const bool is_far_fetched = std::ranges::any_of(
      explanation.parts,
      [](const Explanation::Part& part) { return part.mistake->far_fetched > 0; });
  // Two formulas that only these numbers make one: where the target is 0, E² and E·A.
  const auto is_elsewhere_another = [&](Explanation& other) {
    const std::size_t there = search.nearby_point();
    return std::ranges::any_of(known, [&](const Known& one) {
      const std::string& name = one.array->claim.name;
      const auto a = search.predicted(explanation, name, there);
      const auto b = search.predicted(other, name, there);
      if (!a || !b || !a->values.allFinite() || !b->values.allFinite()) return false;
      constexpr long double another = 1e-9L;
      return !are_alike(a->values, b->values, another);
    });
  };
  const auto look = [&](Explanation& other, bool is_told) {
    double from_made = 0, from_other = 0;
    bool fits = true, same = true;
    for (const Known& one : known) {
      const auto there = search.predicted(other, one.array->claim.name, one.array->point);
      if (!there) return true;
      const Reals& claimed = one.array->claim.values;
      const Array<double> open = one.open.max(1e-300);
      const Array<double> near = (claimed - one.made).abs().cast<double>();
      const Array<double> far = (claimed - there->values).abs().cast<double>();
      from_made += (near / open).max(1).square().sum();
      from_other += (far / open).max(1).square().sum();
      fits = fits && (far <= one.open).all();
      same = same && are_alike(one.made, there->values, one_formula);
    }
    // the same formula in other words, or one that is told as well
    if (same && !is_told && is_far_fetched && is_elsewhere_another(other)) return alone = false;
    if (same || (fits && is_told)) return true;
    alone = std::log10(from_other / from_made) / 2 * numbers >= wanted;
    return alone;
  };
  for (std::size_t i = 0; alone && i < explanation.parts.size(); ++i) {
    const Explanation::Part& part = explanation.parts[i];
    if (part.mistake->edit->has_factor || is_repeated(explanation, i)) continue;
    search.for_each_neighbour(explanation, i, look);
  }
  return alone;
}

bool give_the_same(Search& search, Explanation& one, Explanation& other,
                   const std::vector<const JudgedClaim*>& wrong) {
  return std::ranges::all_of(wrong, [&](const JudgedClaim* array) {
    const auto a = search.predicted(one, array->claim.name, array->point);
    const auto b = search.predicted(other, array->claim.name, array->point);
    if (!a || !b) return !a && !b;
    return are_alike(a->values, b->values, one_formula);
  });
}

}  // namespace tracer

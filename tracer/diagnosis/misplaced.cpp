#include "tracer/diagnosis/misplaced.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {
namespace {

// The numbers of one claim as if they had been claimed for another.
Claim as(const Claim& numbers, const Claim& of) {
  Claim made = of;
  made.values = numbers.values.reshaped(of.values.rows(), of.values.cols());
  made.half_unit = numbers.half_unit.reshaped(of.values.rows(), of.values.cols());
  made.precision = numbers.precision;
  return made;
}

// The numbers row by row, read as if they had been written column by column.
Reals other_order(const Reals& values) {
  Reals made(values.rows(), values.cols());
  for (Eigen::Index i = 0; i < values.rows(); ++i) {
    for (Eigen::Index j = 0; j < values.cols(); ++j) {
      const Eigen::Index k = j * values.rows() + i;  // its place in a list column by column
      made(i, j) = values(k / values.cols(), k % values.cols());
    }
  }
  return made;
}

}  // namespace

std::vector<std::string> turn_squares(const std::vector<JudgedClaim>& arrays,
                                      std::vector<Evidence>& evidence) {
  bool others = false;
  for (const JudgedClaim& array : arrays) {
    const Reals& values = array.claim.values;
    if (!array.claim.gradient || values.rows() == values.cols() || values.rows() == 1 ||
        values.cols() == 1)
      continue;
    if (!array.claim.turned) return {};
    others = true;
  }
  std::vector<std::string> turned;
  for (const JudgedClaim& array : arrays) {
    const Reals& values = array.claim.values;
    if (!others || !array.is_wrong() || values.rows() == 1 || values.rows() != values.cols())
      continue;
    for (Evidence& known : evidence) {
      Claim* claim = gradient_claim(known.claims, array.claim.name);
      if (claim == nullptr) continue;
      claim->values.transposeInPlace();
      claim->half_unit.transposeInPlace();
      claim->turned = true;
    }
    turned.push_back(array.claim.name);
  }
  return turned;
}

Rearranged rearranged(const BatchGraph& batch, const std::vector<JudgedClaim>& arrays,
                      std::vector<Claim> claims) {
  Rearranged made;
  const auto line = [&](const JudgedClaim& array) {
    return place_of(batch, batch.graph.find(array.claim.name));
  };
  const auto add = [&](std::string id, std::string says, std::vector<LinePlace> lines) {
    made.findings.push_back({std::move(id), std::move(says), std::move(lines)});
  };
  const bool parameters_right = std::ranges::all_of(arrays, [&](const JudgedClaim& array) {
    const NodeId node = batch.graph.find(array.claim.name);
    return !array.claim.gradient || !batch.graph[node].is_leaf() || array.is_right();
  });
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const JudgedClaim& a = arrays[i];
    if (!a.is_wrong()) continue;
    if (parameters_right) {
      add("claimed_line",
          fmt::format("what is claimed for the gradient of {0} is {1}; those of the parameters are "
                      "right, so "
                      "that they came of another {0} gradient than this",
                      a.claim.name, a.factor_name ? a.factor_name->text + " times it" : "not it"),
          {line(a)});
      if (Claim* claim = gradient_claim(claims, a.claim.name)) claim->values = a.truth.values;
      continue;
    }
    Claim in_order = a.claim;
    in_order.values = other_order(a.claim.values);
    in_order.half_unit = other_order(a.claim.half_unit);
    // a square one is transposed, and called so
    if (a.claim.values.rows() > 1 && a.claim.values.cols() > 1 &&
        a.claim.values.rows() != a.claim.values.cols() && compare(in_order, a.truth).matches()) {
      add("written_by_columns",
          fmt::format(
              "the numbers of {} are right, but were written column by column and read row by row",
              a.claim.name),
          {line(a)});
      if (Claim* claim = gradient_claim(claims, a.claim.name)) *claim = as(in_order, *claim);
    }
    for (std::size_t j = i + 1; j < arrays.size(); ++j) {
      const JudgedClaim& b = arrays[j];
      const auto is_vector = [](const Reals& x) { return x.rows() == 1 || x.cols() == 1; };
      const bool same_shape =
          a.claim.values.size() == b.claim.values.size() &&
          (a.claim.values.rows() == b.claim.values.rows() ||
           (is_vector(a.claim.values) && is_vector(b.claim.values)));  // lying or standing
      if (!b.is_wrong() || !same_shape || !compare(as(a.claim, b.claim), b.truth).matches() ||
          !compare(as(b.claim, a.claim), a.truth).matches())
        continue;
      add("arrays_swapped",
          fmt::format("the gradients of {} and {} are swapped: each is right for the other",
                      a.claim.name, b.claim.name),
          {line(a), line(b)});
      Claim* first = gradient_claim(claims, a.claim.name);
      Claim* second = gradient_claim(claims, b.claim.name);
      if (first != nullptr && second != nullptr) {
        const Claim kept = *first;
        *first = as(*second, *first);
        *second = as(kept, *second);
      }
    }
  }
  made.claims = std::move(claims);
  return made;
}

// ---- right gradients of other samples

namespace {

constexpr int most_samples = 64;
constexpr int most_steps = 5;
constexpr Eigen::Index most_exact = 500;  // parameters of lessons whose steps are taken, exactly
constexpr double most_numbers = 2e6;      // of all values and gradients that are worked out

class Looking {
 public:
  explicit Looking(const Question& question)
      : question_(question), known_(question.evidence.front()) {
    for (const Claim& claim : known_.claims) {
      const NodeId leaf = question.batch.graph.find(claim.name);
      if (claim.gradient && leaf >= 0 && question.batch.graph[leaf].leaf == LeafKind::parameter)
        claims_.push_back(claim);
    }
  }

  std::optional<Account> run() {
    if (auto found = look("")) return found;
    if (auto found = steps()) return found;
    // after a step: with the weights from before it
    from_start_ = true;
    return look(", with the parameters that the lesson starts with: they were not updated");
  }

 private:
  std::optional<Account> look(const std::string& how) {
    const int count = question_.program.data->count;
    const int size = question_.batch.batch_size;
    const auto some = [](int first, int last) {
      std::vector<int> samples(static_cast<std::size_t>(last - first));
      std::iota(samples.begin(), samples.end(), first);
      return samples;
    };
    if (count != size) {
      if (auto found = under(some(0, count), fmt::format("of all {} samples{}", count, how)))
        return found;
    }
    for (int i = 0; size > 1 && i + size < count && i < most_samples; i += size) {
      if (auto found = under(some(i, i + size),
                             fmt::format("of the samples {} to {}{}", i + 1, i + size, how)))
        return found;
    }
    for (int i = 0; count > 1 && i < std::min(count, most_samples); ++i) {
      if (auto found = under({i}, fmt::format("of sample {} alone{}", i + 1, how))) return found;
    }
    return std::nullopt;
  }

  // Those of the first steps, as the lesson takes them.
  std::optional<Account> steps() {
    Eigen::Index size = 0;
    for (const Claim& claim : claims_) size += claim.values.size();
    if (size > most_exact) return std::nullopt;
    for (long long step = 1; step <= most_steps; ++step) {
      try {
        const StepPoint there = point_of_step(question_.program, step);
        if (auto found = compared(*there.batch, there.point, fmt::format("of step {}", step)))
          return found;
      } catch (const std::runtime_error&) {
        return std::nullopt;  // there are no more, or none that can be worked out
      }
    }
    return std::nullopt;
  }

  // Some lessons don't take any number of samples: batch_norm asks for two.
  std::optional<Account> under(const std::vector<int>& samples, const std::string& which) {
    try {
      const std::shared_ptr<const BatchGraph> shared =
          question_.program.graph(static_cast<int>(samples.size()));
      const BatchGraph& batch = *shared;
      Point point = point_of(question_.program, batch, samples);
      for (auto& [name, values] : point) {  // those of the step: trained, handed over
        const auto here = from_start_ ? known_.point.end() : known_.point.find(name);
        if (here != known_.point.end() &&
            batch.graph[batch.leaves.at(name)].leaf != LeafKind::data &&
            here->second.rows() == values.rows() && here->second.cols() == values.cols())
          values = here->second;
      }
      return compared(batch, point, which);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  std::optional<Account> compared(const BatchGraph& batch, const Point& point,
                                  const std::string& which) {
    if (is_judged(point)) return std::nullopt;
    for (NodeId id = 0; id < batch.graph.size(); ++id)
      entries_ += static_cast<double>(batch.graph[id].shape.count());
    if (entries_ > most_numbers) return std::nullopt;
    Search search(batch, -1, {{point, claims_}}, {});
    Explanation right = search.right();
    std::vector<Expected> made;
    long double along = 0;
    long double squares = 0;
    for (const Claim& claim : claims_) {
      auto expected = search.predicted(right, claim.name, 0);
      if (!expected || !expected->values.isFinite().all()) return std::nullopt;
      along += (expected->values * claim.values).sum();
      squares += expected->values.square().sum();
      made.push_back(std::move(*expected));
    }
    if (!(squares > 0)) return std::nullopt;
    const long double fitted = along / squares;
    const LessonNumber all{"the number of samples", Rational(question_.program.data->count)};
    const auto name = FactorNames(numbers_of(question_.batch, {all})).find(fitted, 1e-3L);
    // of one sample all arrays point the same way, and some number fits them always
    if (!name || name->value == 0 || name->odd > 1) return std::nullopt;
    return account(made, *name, which);
  }

  // The very numbers that the claim is of: a factor of these the search has looked at.
  bool is_judged(const Point& point) const {
    return std::ranges::all_of(point, [&](const auto& entry) {
      const auto here = known_.point.find(entry.first);
      return here != known_.point.end() && here->second.rows() == entry.second.rows() &&
             here->second.cols() == entry.second.cols() && (here->second == entry.second).all();
    });
  }

  std::optional<Account> account(const std::vector<Expected>& made, const FactorName& factor,
                                 const std::string& which) const {
    const auto k = static_cast<long double>(factor.value);
    Account told;
    told.digits = HUGE_VAL;
    double evidence = 0;
    for (std::size_t i = 0; i < claims_.size(); ++i) {
      const Expected here = times(k, made[i]);
      const Nearness near = compare(claims_[i], here);
      evidence += (here.values.abs().cast<double>() / left_open(claims_[i], here))
                      .max(1)
                      .min(1e16)
                      .log10()
                      .sum();
      if (!near.matches()) return std::nullopt;
      told.entries += near.entries;
      told.digits = std::min(told.digits, near.digits);
      told.predicted[claims_[i].name] = k * made[i].values;
    }
    // some hundred batches are tried, and as many factors
    if (evidence < 4 + (factor.value == 1 ? 0 : 2 + factor.odd)) return std::nullopt;
    const NodeId samples = question_.batch.graph.find(question_.program.data->names[0]);
    told.findings.push_back(
        {"other_samples",
         factor.value == 1 ? fmt::format("the gradients are those {}", which)
                           : fmt::format("the gradients are {} times those {}", factor.text, which),
         {place_of(question_.batch, samples)}});
    return told;
  }

  const Question& question_;
  const Evidence& known_;
  std::vector<Claim> claims_;
  bool from_start_ = false;
  double entries_ = 0;
};

}  // namespace

std::optional<Account> account_of_other_samples(const Question& question) {
  const Program& program = question.program;
  if (!program.data || !program.seed_name.empty() || question.evidence.size() != 1)
    return std::nullopt;
  return Looking(question).run();
}

}  // namespace tracer

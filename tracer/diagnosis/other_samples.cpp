#include "tracer/diagnosis/other_samples.hpp"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "tracer/diagnosis/question.hpp"
#include "tracer/error.hpp"

namespace tracer {
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
    if (!name) return std::nullopt;
    return account(made, *name, which);
  }

  std::optional<Account> account(const std::vector<Expected>& made, const FactorName& factor,
                                 const std::string& which) const {
    const auto k = static_cast<long double>(factor.value);
    Account told;
    told.digits = HUGE_VAL;
    for (std::size_t i = 0; i < claims_.size(); ++i) {
      const Nearness near = compare(claims_[i], times(k, made[i]));
      if (!near.matches()) return std::nullopt;
      told.entries += near.entries;
      told.digits = std::min(told.digits, near.digits);
      told.predicted[claims_[i].name] = k * made[i].values;
    }
    Finding finding;
    finding.id = "other_samples";
    finding.says = factor.value == 1
                       ? fmt::format("the gradients are those {}", which)
                       : fmt::format("the gradients are {} times those {}", factor.text, which);
    finding.lines.push_back(
        place_of(question_.batch, question_.batch.graph.find(question_.program.data->names[0])));
    told.findings.push_back(std::move(finding));
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

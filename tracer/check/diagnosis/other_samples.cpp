#include "tracer/check/diagnosis/other_samples.hpp"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr int most_samples = 64;
constexpr double most_work = 2e7;  // multiplications: a blink

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
    // after a step: with the weights from before it
    from_start_ = true;
    return look(", with the parameters that the lesson starts with: they were not updated");
  }

 private:
  std::optional<Account> look(const std::string& how) {
    const int count = question_.program.data->count;
    std::vector<int> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    if (count != question_.batch.batch_size) {
      if (auto found = under(all, fmt::format("of all {} samples{}", count, how))) return found;
    }
    for (int i = 0; count > 1 && i < std::min(count, most_samples); ++i) {
      if (auto found = under({i}, fmt::format("of sample {} alone{}", i + 1, how))) return found;
    }
    return std::nullopt;
  }

  // Some lessons don't take any number of samples: batch_norm asks for two.
  std::optional<Account> under(const std::vector<int>& samples, const std::string& which) {
    try {
      return compared(samples, which);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  std::optional<Account> compared(const std::vector<int>& samples, const std::string& which) {
    const Program& program = question_.program;
    const BatchGraph batch = program.graph(static_cast<int>(samples.size()));
    for (NodeId id = 0; id < batch.graph.size(); ++id)
      work_ += static_cast<double>(batch.graph[id].shape.count());
    if (work_ > most_work) return std::nullopt;
    Point point = point_of(program, batch, samples);
    for (auto& [name, values] : point) {  // those of the step: trained, handed over
      const auto here = from_start_ ? known_.point.end() : known_.point.find(name);
      if (here != known_.point.end() && batch.graph[batch.leaves.at(name)].leaf != LeafKind::data &&
          here->second.rows() == values.rows() && here->second.cols() == values.cols())
        values = here->second;
    }
    Search search(batch, -1, {{point, claims_}}, {});
    Explanation right;
    right.pass = search.right();
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
    std::vector<LessonNumber> numbers = numbers_of(question_.batch);
    numbers.insert(numbers.begin(), {"the number of samples", Rational(program.data->count)});
    const auto name = name_factor(fitted, numbers, 1e-3L);
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
    finding.says = fmt::format("the gradients are those {}", which);
    if (factor.value != 1) finding.says += fmt::format(", times {}", factor.text);
    finding.lines.push_back(
        place_of(question_.batch, question_.batch.graph.find(question_.program.data->names[0])));
    told.findings.push_back(std::move(finding));
    return told;
  }

  const Question& question_;
  const Evidence& known_;
  std::vector<Claim> claims_;
  bool from_start_ = false;
  double work_ = 0;
};

}  // namespace

std::optional<Account> account_of_other_samples(const Question& question) {
  const Program& program = question.program;
  if (!program.data || !program.seed_name.empty() || question.evidence.size() != 1)
    return std::nullopt;
  return Looking(question).run();
}

}  // namespace tracer

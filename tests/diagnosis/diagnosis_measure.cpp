#include "tests/diagnosis/diagnosis_measure.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <random>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/claims/named_arrays.hpp"
#include "tracer/diagnosis/diagnosis.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/number/random.hpp"

namespace tracer::planted {

Counts& Counts::operator+=(const Counts& other) {
  planted += other.planted;
  detected += other.detected;
  first += other.first;
  among += other.among;
  return *this;
}

Counts Measured::all() const {
  Counts sum;
  for (const auto& [name, counts] : kinds) sum += counts;
  return sum;
}

namespace {

using Random = std::mt19937;  // the same numbers everywhere

unsigned number(Random& random) { return static_cast<unsigned>(random()); }
int below(Random& random, int n) {
  return static_cast<int>(number(random) % static_cast<unsigned>(n));
}

Plan random_plan(Random& random) {
  Plan plan;
  const int hidden = 1 + below(random, 3);  // 2 to 4 layers
  plan.batch = 3 + below(random, 6);
  const bool equal = below(random, 3) == 0;  // square weights
  const int width = 3 + below(random, 3);
  plan.sizes.push_back(equal ? width : 2 + below(random, 5));
  for (int l = 0; l < hidden; ++l) plan.sizes.push_back(equal ? width : 2 + below(random, 5));
  plan.output = static_cast<Output>(below(random, 5));
  const bool classes =
      plan.output == Output::softmax_cross_entropy || plan.output == Output::softmax_logits;
  plan.sizes.push_back(equal ? width : classes ? 3 + below(random, 3) : 1 + below(random, 4));
  const bool mixed = below(random, 2) == 0;
  const auto unit = static_cast<Unit>(below(random, 4));
  for (int l = 0; l < hidden; ++l)
    plan.units.push_back(mixed ? static_cast<Unit>(below(random, 4)) : unit);
  if (below(random, 4) == 0) plan.l2 = 0.03;
  switch (below(random, 6)) {
    case 0:
      plan.dropout = true;
      break;
    case 1:
      plan.batch_norm = true;
      break;
    case 2:
      plan.skip = hidden > 1 && plan.sizes[static_cast<std::size_t>(hidden)] ==
                                    plan.sizes[static_cast<std::size_t>(hidden - 1)];
      break;
    default:
      break;
  }
  return plan;
}

struct Case {
  Plan plan;
  unsigned seed, data_seed;
  Program program;
  BatchGraph batch;
  Point point;

  Case(const Plan& of, unsigned lesson_seed, unsigned seed_of_data)
      : plan(of),
        seed(lesson_seed),
        data_seed(seed_of_data),
        program(load(of, lesson_seed, seed_of_data)),
        batch(*program.graph(of.batch)) {
    std::vector<int> samples(static_cast<std::size_t>(of.batch));
    std::iota(samples.begin(), samples.end(), 0);
    point = point_of(program, batch, samples);
  }

  template <class S>
  Numbers<S> numbers() const {
    Numbers<S> made;
    for (const auto& [name, values] : point) made[name] = plain<S>(values);
    return made;
  }

 private:
  static Program load(const Plan& plan, unsigned seed, unsigned data_seed) {
    RandomStream random(data_seed, "planted");
    Samples samples;
    samples.names = {"X", "Y"};
    samples.count = plan.batch;
    Array<float> x(plan.sizes.front(), plan.batch);
    for (float& v : x.reshaped()) v = static_cast<float>(random.below(4001)) / 2000 - 1;
    const int k = plan.sizes.back();
    Array<float> y = Array<float>::Zero(k, plan.batch);
    for (int j = 0; j < plan.batch; ++j) {
      switch (plan.output) {
        case Output::softmax_cross_entropy:
        case Output::softmax_logits:
          y(static_cast<Eigen::Index>(random.below(static_cast<unsigned>(k))), j) = 1;
          break;
        case Output::sigmoid_bce:
          for (int i = 0; i < k; ++i) y(i, j) = static_cast<float>(random.below(2));
          break;
        default:
          for (int i = 0; i < k; ++i) y(i, j) = static_cast<float>(random.below(1001)) / 1000;
      }
    }
    samples.values = {x, y};
    ElaborateOptions options;
    options.in_place_of_data = samples;
    Program program = load_program(Source("planted.lesson", lesson_of(plan, seed)), options);
    if (plan.dropout) {
      Array<float> mask(plan.sizes[1], plan.batch);
      for (float& v : mask.reshaped()) v = random.below(10) < 6 ? 1.0F : 0.0F;
      program.values["mask1"] = mask;
    }
    return program;
  }
};

template <class S>
std::vector<Claim> claims_of(const Numbers<S>& gradients, const std::string& precision) {
  std::vector<Claim> claims;
  for (const auto& [name, values] : gradients) {
    if (name.starts_with('D')) continue;
    Claim claim;
    if (const auto unsummed = gradients.find("D" + name.substr(1));
        name.starts_with('b') && unsummed != gradients.end())
      claim.unsummed = to_array<long double>(unsummed->second);
    claim.called = "dL/d" + name;
    claim.name = name;
    claim.values = to_array<long double>(values);
    claim.half_unit = Reals::Zero(values.rows(), values.columns());
    claim.precision = precision_of(precision);
    claims.push_back(std::move(claim));
  }
  return claims;
}

bool not_zeroed(const std::vector<Fault>& faults) {
  return std::ranges::find(faults, "gradients_not_zeroed", &Fault::name) != faults.end();
}

// `earlier`: the step before, of the same weights, whose gradients are still there.
template <class S>
std::vector<Claim> claim(const Case& made, const Case& earlier, const std::vector<Fault>& faults) {
  Numbers<S> claimed = gradients(made.plan, made.numbers<S>(), faults);
  if (not_zeroed(faults)) {
    for (const auto& [name, values] : gradients(made.plan, earlier.numbers<S>(), {}))
      claimed[name] = claimed[name] + values;
  }
  return claims_of(claimed, sizeof(S) == 4 ? "float32" : "float64");
}

// What is wrong in layer l stands in a line of that layer, or in the product of the next.
bool is_at(const Finding& finding, int layer) {
  if (layer == 0) return true;
  return std::ranges::any_of(finding.lines, [&](const LinePlace& line) {
    return line.name.ends_with(std::to_string(layer)) ||
           line.name.ends_with(std::to_string(layer + 1));
  });
}

// Whether an account has a finding for every fault, and none that is not one of them.
bool names(const Account& account, const std::vector<Fault>& faults) {
  if (!account.unexplained.empty()) return false;
  std::vector<bool> used(account.findings.size(), false);
  for (const Fault& fault : faults) {
    const auto kind = std::ranges::find(fault_kinds(), fault.name, &FaultKind::name);
    bool found = false;
    for (std::size_t i = 0; i < account.findings.size(); ++i) {
      const bool one =
          std::ranges::find(kind->called, account.findings[i].id) != kind->called.end() &&
          is_at(account.findings[i], fault.layer);
      if (one) found = used[i] = true;
    }
    if (!found) return false;
  }
  return std::ranges::all_of(used, [](bool named) { return named; });
}

class Measure {
 public:
  explicit Measure(const MeasureOptions& options) : options_(options), random_(options.seed) {}

  Measured run() {
    for (const FaultKind& kind : fault_kinds()) {
      if (!options_.only.empty() && kind.name != options_.only) continue;
      Counts counts;
      for (int i = 0; i < options_.networks; ++i) {
        const Plan plan = plan_for(kind.name);
        const std::vector<int> layers = layers_for(kind.name, plan);
        // in one layer, or wherever it can be made
        std::vector<Fault> faults;
        if (below(random_, 2) == 0) {
          faults.push_back(
              {kind.name,
               layers[static_cast<std::size_t>(below(random_, static_cast<int>(layers.size())))]});
        } else {
          for (const int layer : layers) faults.push_back({kind.name, layer});
        }
        judge(plan, faults, counts);
      }
      result_.kinds.emplace_back(kind.name, counts);
    }
    if (!options_.only.empty()) return std::move(result_);
    for (int i = 0; i < 12 * options_.networks; ++i) two_at_once();
    for (int i = 0; i < 12 * options_.networks; ++i) correct();
    return std::move(result_);
  }

 private:
  Plan plan_for(const std::string& kind) {
    while (true) {
      Plan plan = random_plan(random_);
      if (kind.starts_with("bias_wrong_axis"))
        plan.batch = plan.sizes[static_cast<std::size_t>(1 + below(random_, plan.layers()))];
      if (!layers_for(kind, plan).empty()) return plan;
    }
  }

  Diagnosis diagnosis(const Case& made, const std::vector<Fault>& faults) {
    const Case before(made.plan, made.seed, made.data_seed + 1);
    Question question{made.program,
                      made.batch,
                      {{made.point, options_.single ? claim<float>(made, before, faults)
                                                    : claim<double>(made, before, faults)}}};
    for (const auto& [name, values] : gradients(made.plan, before.numbers<double>(), {}))
      question.earlier[name] = to_array<double>(values);
    const auto start = std::chrono::steady_clock::now();
    Diagnosis result = diagnose(question);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    result_.seconds = std::max(result_.seconds, took.count());
    if (options_.verbose && took.count() > 0.5)
      fmt::print("  {:.2f} s: {}\n", took.count(), made.plan.text());
    return result;
  }

  // A mistake that changes nothing here (a relu unit that is on for every sample) is not planted.
  static bool visible(const Case& made, const std::vector<Fault>& faults) {
    if (not_zeroed(faults) || faults.front().name == "bias_not_summed") return true;
    const auto right = gradients(made.plan, made.numbers<double>(), {});
    const auto wrong = gradients(made.plan, made.numbers<double>(), faults);
    return apart(right, wrong) > 1e-3;
  }

  // How far two sets of gradients are apart, beside the largest entry of any: of a bias before
  // batch norm, whose gradient is 0, the difference is nothing but rounding.
  static double apart(const Numbers<double>& a, const Numbers<double>& b) {
    double largest = 1e-300;
    double distance = 0;
    for (const auto& [name, values] : a) {
      if (!b.contains(name)) continue;  // what was not summed
      largest = std::max(largest, largest_size(values));
      distance = std::max(distance, largest_size(values - b.at(name)));
    }
    return distance / largest;
  }

  void judge(const Plan& plan, const std::vector<Fault>& faults, Counts& counts) {
    for (int tries = 0; tries < 20; ++tries) {
      const Case made(plan, number(random_), number(random_));
      if (!visible(made, faults)) continue;
      ++counts.planted;
      const Diagnosis result = diagnosis(made, faults);
      if (result.verdict != Verdict::right && result.verdict != Verdict::disturbed)
        ++counts.detected;
      if (!result.accounts.empty() && names(result.accounts.front(), faults)) {
        ++counts.first;
        return;
      }
      const bool among = std::ranges::any_of(
          result.accounts, [&](const Account& account) { return names(account, faults); });
      if (among) ++counts.among;
      if (options_.verbose) tell(made.plan, faults, result, among);
      return;
    }
  }

  static void tell(const Plan& plan, const std::vector<Fault>& faults, const Diagnosis& result,
                   bool among) {
    fmt::print("  {} in {}:", among ? "among" : "MISSED", plan.text());
    for (const Fault& fault : faults) fmt::print(" {}@{}", fault.name, fault.layer);
    fmt::print("\n    -> {}", word_of(result.verdict));
    for (std::size_t i = 0; i < std::min<std::size_t>(result.accounts.size(), 4); ++i) {
      for (const Finding& finding : result.accounts[i].findings) {
        fmt::print(" {}@", finding.id);
        for (const LinePlace& line : finding.lines) fmt::print("{} ", line.name);
      }
      if (!result.accounts[i].unexplained.empty())
        fmt::print(" (not {})", fmt::join(result.accounts[i].unexplained, ","));
      fmt::print(" |");
    }
    fmt::print("\n");
    std::fflush(stdout);
  }

  void two_at_once() {
    while (true) {
      const Plan plan = random_plan(random_);
      std::vector<std::string> fitting;
      for (const FaultKind& kind : fault_kinds()) {
        if (!layers_for(kind.name, plan).empty()) fitting.push_back(kind.name);
      }
      std::vector<Fault> faults;
      for (int i = 0; i < 2; ++i) {
        const std::string& name =
            fitting[static_cast<std::size_t>(below(random_, static_cast<int>(fitting.size())))];
        const auto layers = layers_for(name, plan);
        faults.push_back(
            {name,
             layers[static_cast<std::size_t>(below(random_, static_cast<int>(layers.size())))]});
      }
      if (faults[0].name == faults[1].name) continue;
      // each must show beside the other, or there is but one to be found
      const Case probe(plan, number(random_), number(random_));
      const auto both = gradients(plan, probe.numbers<double>(), faults);
      const auto differs = [&](const Fault& alone) {
        if (std::ranges::any_of(faults, [&](const Fault& other) {
              return other.name != alone.name &&
                     (not_zeroed({other}) || other.name == "bias_not_summed");
            }))
          return true;
        const auto one = gradients(plan, probe.numbers<double>(), {alone});
        return apart(both, one) > 1e-3;
      };
      if (!differs(faults[0]) || !differs(faults[1])) continue;
      judge(plan, faults, result_.pairs);
      return;
    }
  }

  void correct() {
    const Case made(random_plan(random_), number(random_), number(random_));
    ++result_.correct;
    const Diagnosis result = diagnosis(made, {});
    for (const JudgedClaim& array : result.arrays)
      result_.roundoffs = std::max(result_.roundoffs, array.nearness.roundoffs);
    if (result.verdict == Verdict::right) return;
    ++result_.false_alarms;
    if (options_.verbose)
      fmt::print("  FALSE ALARM {} in {}\n", word_of(result.verdict), made.plan.text());
  }

  MeasureOptions options_;
  Random random_;
  Measured result_;
};

std::string row(const std::string& name, const Counts& counts) {
  const auto percent = [&](int n) {
    return counts.planted == 0 ? 0.0 : 100.0 * n / counts.planted;
  };
  return fmt::format("{:<32} {:>7} {:>8.1f} % {:>8.1f} % {:>8.1f} % {:>7}\n", name, counts.planted,
                     percent(counts.detected), percent(counts.first), percent(counts.among),
                     counts.missed());
}

}  // namespace

Measured measure_diagnosis(const MeasureOptions& options) { return Measure(options).run(); }

std::string table_of(const Measured& measured) {
  std::string text = fmt::format("{:<32} {:>7} {:>10} {:>10} {:>10} {:>7}\n", "mistake", "planted",
                                 "detected", "first", "among", "missed");
  for (const auto& [name, counts] : measured.kinds) text += row(name, counts);
  text += row("all of them", measured.all());
  text += row("two at once", measured.pairs);
  text += fmt::format(
      "correct gradients: {}, of which not called right: {}; off by {:.2g} roundoffs at most\n",
      measured.correct, measured.false_alarms, measured.roundoffs);
  text += fmt::format("the slowest diagnosis took {:.2f} s\n", measured.seconds);
  return text;
}

}  // namespace tracer::planted

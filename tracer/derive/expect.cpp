#include "tracer/derive/expect.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/double_run.hpp"
#include "tracer/number/decimal.hpp"

namespace tracer {
namespace {

// What a derivation runs for an expectation's sake; longer ones are for training. An exact step of
// a large lesson takes a second: it gets fewer.
constexpr long long most_steps = 1000;
constexpr long long most_entries = 300'000;            // of parameters and samples, over all steps
constexpr long long most_double_entries = 20'000'000;  // the same of a run in double: some seconds

// the step, from 1, at whose end an expectation is judged
long long step_of(const Expectation& e, const Run& run) {
  if (e.metric && e.name != "loss") return 0;
  if (!e.on.empty()) return 0;
  const long long an_epoch = run.steps_per_epoch();
  switch (e.when) {
    case Expectation::When::first:
      return 1;
    case Expectation::When::sample:
    case Expectation::When::step:
      // a step is counted through all epochs, unless the epoch is said
      return e.epoch > 0 ? (e.epoch - 1) * an_epoch + e.number : e.number;
    case Expectation::When::epoch:
      return e.number * an_epoch;
    case Expectation::When::finally:
      return run.steps();
  }
  return 0;
}

// "after sample 2: "
std::string scope_of(const Expectation& e) {
  using When = Expectation::When;
  if (e.when == When::first) return "";
  if (e.when == When::finally) return "finally: ";
  const char* const unit = e.when == When::sample ? "sample"
                           : e.when == When::step ? "step"
                                                  : "epoch";
  std::string scope = fmt::format("{} {}", unit, e.number);
  if (e.epoch > 0 && e.when != Expectation::When::epoch)
    scope = fmt::format("epoch {} {}", e.epoch, scope);
  return (e.after ? "after " : "") + scope + ": ";
}

bool rounds_to(const Exact& value, const Exact& wanted, int decimals) {
  const Exact rounded = round(value, Rounding{decimals, false, RoundingMode::half_away});
  return rounded.rational() == wanted.rational();
}

}  // namespace

namespace {

// Entries of parameters and samples that a step goes through, about.
long long entries_of_step(const Program& program) {
  long long entries = 1;
  for (const std::string& name : program.parameters) entries += program.shapes.at(name).count();
  if (program.data) {
    const int batch = program.training ? program.training->batch_size : 1;
    const int samples = batch == 0 ? program.data->count : batch;
    for (std::size_t name = 0; name < program.data->names.size(); ++name)
      entries += static_cast<long long>(program.data->entries(name)) * samples;
  }
  return entries;
}

// Whether a double that was computed in many steps can be told from a bound: some of its last digits
// can't.
bool is_too_near(const Exact& v, const Exact& bound) {
  return abs(v - bound) <= max(abs(bound), Exact(1)) / Exact(1'000'000'000);
}

}  // namespace

long long steps_worth_running(const Program& program) {
  return std::clamp(most_entries / entries_of_step(program), 1LL, most_steps);
}

Expectations::Expectations(const Program& program, const Run& run) {
  const long long most = steps_worth_running(program);
  for (const Expectation& e : program.expectations) {
    const long long step = step_of(e, run);
    verdicts_.push_back({&e, step, step > most, {}});
    if (step <= most) last_step_ = std::max(last_step_, step);
  }
}

void Expectations::judge(const StepRecord& record) {
  for (Judged& verdict : verdicts_) {
    if (verdict.step == record.step && !verdict.in_double) judge(verdict, record);
  }
}

void Expectations::judge_late(const Program& program) {
  std::set<long long> steps;
  for (const Judged& verdict : verdicts_)
    if (verdict.in_double) steps.insert(verdict.step);
  if (steps.empty() || *steps.rbegin() > most_double_entries / entries_of_step(program)) return;
  try {
    DoubleRun run(program);
    for (const long long step : steps) {
      const StepRecord record = run.at(step);
      for (Judged& verdict : verdicts_)
        if (verdict.in_double && verdict.step == step) judge(verdict, record);
    }
  } catch (const Error&) {  // they stay unjudged: a rate that is not known beforehand, infinity
  }
}

void Expectations::judge(Judged& verdict, const StepRecord& record) {
  const Expectation& e = *verdict.expectation;
  const BatchGraph& batch = *record.batch;
  Array<Exact> value;
  if (e.metric) {
    value = record.values.at(batch.loss);
  } else {
    const NodeId id = batch.graph.find(e.name);
    const bool of_the_end =
        e.after || e.when == Expectation::When::finally || e.when == Expectation::When::epoch;
    if (e.gradient) {
      const auto found = record.adjoints.find(id);
      value = found != record.adjoints.end()
                  ? found->second
                  : Array<Exact>::Constant(record.values.at(id).rows(), record.values.at(id).cols(),
                                           Exact(0));
    } else if (of_the_end && record.after.contains(e.name)) {
      value = record.after.at(e.name);
    } else {
      value = record.values.at(id);
    }
  }
  if (e.index) {
    const Exact entry = value(e.index->first, e.index->second);
    value = Array<Exact>::Constant(1, 1, entry);
  }
  bool holds = value.rows() == e.wanted.rows() && value.cols() == e.wanted.cols();
  bool sure = true;
  std::string got;
  for (Eigen::Index k = 0; holds && k < value.size(); ++k) {
    const Exact& v = value(k);
    const Exact& wanted = e.wanted(k);
    if (e.relation == Expectation::Relation::at_most) {
      holds = v <= wanted;
      sure = sure && !is_too_near(v, wanted);
    } else if (e.relation == Expectation::Relation::at_least) {
      holds = v >= wanted;
      sure = sure && !is_too_near(v, wanted);
    } else if (e.within) {
      holds = abs(v - wanted) <= Exact(*e.within);
      sure = sure && !is_too_near(abs(v - wanted), Exact(*e.within));
    } else if (verdict.in_double && e.decimals < 0 && e.entry_decimals.empty()) {
      holds = is_too_near(v, wanted);
    } else if (v.is_rational() && !verdict.in_double) {
      holds = v.rational() == wanted.rational();
    } else {
      // in a list every entry has decimals of its own: [0, -0.25]
      const int decimals =
          e.entry_decimals.empty() ? e.decimals : e.entry_decimals[static_cast<std::size_t>(k)];
      holds = decimals >= 0 && rounds_to(v, wanted, decimals);
    }
  }
  if (verdict.in_double && !sure) return;  // it stays unjudged
  if (!holds) {
    for (Eigen::Index k = 0; k < std::min<Eigen::Index>(value.size(), 6); ++k) {
      got += (k == 0 ? "" : ", ") + to_decimal(value(k), 12, true).text;
    }
    ++failures_;
  }
  const std::string what = scope_of(e) + e.text;
  verdict.judgement = {holds ? fmt::format("expected {}   holds", what)
                             : fmt::format("expected {}   does not hold: it is {}", what, got),
                       holds};
  if (verdict.in_double)
    verdict.judgement.text +=
        fmt::format("   (in double: step {} is too far for an exact run)", verdict.step);
}

void Expectations::add(const Expectations& other) {
  verdicts_.insert(verdicts_.end(), other.verdicts_.begin(), other.verdicts_.end());
  failures_ += other.failures_;
}

std::vector<Judgement> Expectations::report() const {
  std::vector<Judgement> lines;
  const auto holds = [](const Judged& verdict) { return verdict.judgement.holds == true; };
  const auto holding = static_cast<std::size_t>(std::ranges::count_if(verdicts_, holds));
  // what holds needs no more than a word, unless there are few
  const bool brief = holding > 3;
  if (brief) {
    lines.push_back(
        {holding == verdicts_.size()
             ? fmt::format("all {} expectations of the lesson hold", holding)
             : fmt::format("{} of {} expectations of the lesson hold", holding, verdicts_.size()),
         {}});
  }
  for (const Judged& verdict : verdicts_) {
    if (brief && holds(verdict) && !verdict.in_double) continue;
    lines.push_back(
        verdict.judgement.holds
            ? verdict.judgement
            : Judgement{fmt::format("expected {}{}   not judged by a derivation",
                                    scope_of(*verdict.expectation), verdict.expectation->text),
                        {}});
  }
  return lines;
}

}  // namespace tracer

#include "tracer/train/verdicts.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "tracer/train/inspect.hpp"

namespace tracer {
namespace {

using When = Expectation::When;

long long step_of(const Expectation& e, const Program& program, long long an_epoch) {
  if (!e.on.empty() || (e.metric && e.name != "loss")) return 0;
  const bool metric_at_end = e.metric && (e.when == When::epoch || e.when == When::finally);
  // a number to be met to its last digit is for a derivation
  const bool inexact = e.within || e.relation != Expectation::Relation::equal;
  if (metric_at_end || !inexact) return 0;
  if (e.when == When::first) return 1;
  if (e.when == When::epoch) return e.number * an_epoch;
  if (e.when == When::finally) return program.training->epochs * an_epoch;
  return e.epoch > 0 ? (e.epoch - 1) * an_epoch + e.number : e.number;
}

// "after sample 2: "
std::string scope_of(const Expectation& e) {
  if (e.when == When::first) return "";
  if (e.when == When::finally) return "finally: ";
  const char* const counted = e.when == When::sample ? "sample"
                              : e.when == When::step ? "step"
                                                     : "epoch";
  std::string scope = fmt::format("{} {}", counted, e.number);
  if (e.epoch > 0 && e.when != When::epoch) scope = fmt::format("epoch {} {}", e.epoch, scope);
  return (e.after ? "after " : "") + scope + ": ";
}

bool holds(const Expectation& e, double value, double wanted) {
  if (e.relation == Expectation::Relation::at_most) return value <= wanted;
  if (e.relation == Expectation::Relation::at_least) return value >= wanted;
  return std::abs(value - wanted) <= (e.within ? Exact(*e.within).to_double() : 0);
}

void decide(Trainer::JudgedExpectation& verdict, bool held, const std::string& got) {
  verdict.judged = true;
  verdict.holds = held;
  verdict.text += fmt::format("   {}: it is {}", held ? "holds" : "does not hold", got);
}

}  // namespace

ExpectationJudge::ExpectationJudge(const Program& program, int steps_per_epoch) {
  for (const Expectation& e : program.expectations) {
    Waiting waiting{&e, step_of(e, program, steps_per_epoch), {}};
    waiting.verdict.text = scope_of(e) + e.text;
    waiting.verdict.judged = false;
    all_.push_back(std::move(waiting));
  }
}

std::vector<long long> ExpectationJudge::steps() const {
  std::vector<long long> steps;
  for (const Waiting& waiting : all_) {
    if (waiting.step > 0) steps.push_back(waiting.step);
  }
  std::ranges::sort(steps);
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

void ExpectationJudge::judge(const StepLook& look) {
  for (auto& [expectation, step, verdict] : all_) {
    const Expectation& e = *expectation;
    if (step != look.step || verdict.judged) continue;
    const NodeId id = e.metric ? look.batch->loss : look.batch->graph.find(e.name);
    const bool of_the_end = e.after || e.when == When::epoch || e.when == When::finally;
    const Array<double>* value = nullptr;
    Array<double> zero;
    if (e.gradient) {
      const auto gradient = look.gradients.find(id);
      if (gradient != look.gradients.end()) {
        value = &gradient->second;
      } else if (id >= 0) {
        zero = Array<double>::Zero(look.values.at(id).rows(), look.values.at(id).cols());
        value = &zero;
      }
    } else if (of_the_end && look.batch->graph[id].leaf == LeafKind::parameter) {
      if (look.after.empty()) continue;  // it is judged once the update is done
      value = &look.after.at(e.name);
    } else if (id >= 0) {
      value = &look.values.at(id);
    }
    if (value == nullptr) continue;
    const bool all = !e.index;
    if (all && (value->rows() != e.wanted.rows() || value->cols() != e.wanted.cols())) continue;
    bool held = true;
    std::string got;
    for (Eigen::Index k = 0; k < e.wanted.size(); ++k) {
      const double entry = all ? (*value)(k) : (*value)(e.index->first, e.index->second);
      held = held && holds(e, entry, e.wanted(k).to_double());
      if (k < 6) got += fmt::format("{}{:.8g}", k == 0 ? "" : ", ", entry);
    }
    decide(verdict, held, got);
  }
}

void ExpectationJudge::judge_metric(const Expectation& e, const EpochRecord* record,
                                    const MetricsOf& metrics_of,
                                    Trainer::JudgedExpectation& verdict) {
  std::optional<double> value;
  if (e.on.empty()) {
    if (record == nullptr) return;
    if (e.name == "loss") value = record->loss;
    if (e.name == "accuracy") value = record->accuracy;
  } else {
    const Metrics metrics = metrics_of(e.on == "test"         ? Part::test
                                       : e.on == "validation" ? Part::validation
                                                              : Part::train);
    if (e.name == "loss") {
      value = metrics.loss;
    } else if (metrics.task != Task::numbers) {
      value = e.name == "f1" ? metrics.macro().f1 : metrics.accuracy();
    }
  }
  if (value)
    decide(verdict, holds(e, *value, e.wanted(0).to_double()), fmt::format("{:.6g}", *value));
}

void ExpectationJudge::end_of_epoch(const EpochRecord& record, const MetricsOf& metrics_of) {
  for (Waiting& waiting : all_) {
    const Expectation& e = *waiting.expectation;
    if (!e.metric || e.when != When::epoch || e.number != record.epoch) continue;
    if (!waiting.verdict.judged) judge_metric(e, &record, metrics_of, waiting.verdict);
  }
}

std::vector<Trainer::JudgedExpectation> ExpectationJudge::at_the_end(
    const EpochRecord* last, const MetricsOf& metrics_of) const {
  std::vector<Trainer::JudgedExpectation> verdicts;
  for (const Waiting& waiting : all_) {
    const Expectation& e = *waiting.expectation;
    Trainer::JudgedExpectation verdict = waiting.verdict;
    // a metric without a time is of the end too: there is no batch to take it of
    const bool finally = e.when == When::finally || (e.when == When::first && !e.on.empty());
    if (!verdict.judged && e.metric && finally) judge_metric(e, last, metrics_of, verdict);
    if (!verdict.judged) verdict.text += "   not judged by training";
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace tracer

#include "tracer/derive/derive.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/expect.hpp"
#include "tracer/derive/page.hpp"
#include "tracer/derive/repeated.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/derive/wanted.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

std::string unit_of(const Rounding& rounding) {
  return std::string(rounding.significant ? "significant digit" : "decimal") +
         (rounding.digits == 1 ? "" : "s");
}

std::string describe(const Rounding& rounding) {
  const char* mode = rounding.mode == RoundingMode::half_away   ? "half away from zero"
                     : rounding.mode == RoundingMode::half_even ? "half to even"
                                                                : "truncated";
  return fmt::format("every written line rounded to {} {}, {}; the rounded value is carried on",
                     rounding.digits, unit_of(rounding), mode);
}

// What is said where a value is half way between two rounded ones, as far as can be told.
std::string tie_note(const PageLine& line, const Rounding& rounding, int bits) {
  const std::string gradient = "the gradient with respect to " + line.name;
  const std::string what = line.kind == PageLine::Kind::gradient ? gradient
                           : line.kind == PageLine::Kind::contribution
                               ? "what " + line.part + " contributes to " + gradient
                               : (line.part.empty() ? "" : line.part + " of ") + line.name;
  const char* how = rounding.mode == RoundingMode::half_away   ? "rounded away from zero"
                    : rounding.mode == RoundingMode::half_even ? "rounded to even"
                                                               : "cut off there";
  return fmt::format(
      "{} can't be told, in {} bits, from a number half way between two of {} {}: it is taken as "
      "that, a tie, and {}",
      what, bits, rounding.digits, unit_of(rounding), how);
}

// the steps to show, from 1
std::pair<long long, long long> shown_steps(const DeriveOptions& options, long long all) {
  if (options.first_step > 0) return {options.first_step, std::min(options.last_step, all)};
  if (options.steps == 0) return {1, all};
  return {1, std::min(options.steps < 0 ? 10 : options.steps, all)};
}

// Lines of a comment that follow one another are one paragraph; an empty line ends it.
std::vector<std::string> paragraphs(const std::vector<std::string>& lines) {
  std::vector<std::string> made;
  bool open = false;
  for (const std::string& line : lines) {
    if (line.find_first_not_of(" \t") == std::string::npos) {
      open = false;
    } else if (open) {
      made.back() += " " + line;
    } else {
      made.push_back(line);
      open = true;
    }
  }
  return made;
}

class Deriver {
 public:
  Deriver(const Program& program, const DeriveOptions& options, int bits)
      : program_(program),
        options_(options),
        working_{bits, options.rational_bits},
        show_(options.digits, bits >= options.most_bits) {
    for (const std::string& text : options.wrt)
      std::ranges::move(parse_wanted(text), std::back_inserter(wanted_));
  }

  DeriveResult result() {
    DeriveResult made;
    Derivation& derivation = made.derivation;
    derivation.title = program_.title;
    derivation.introduction = paragraphs(program_.introduction);
    derivation.parameters = program_.parameters;
    derivation.in_rows = options_.layout == Layout::numerator;
    if (program_.symbolic) {
      if (options_.check)
        throw Error(
            "--check takes differences of numbers, and this lesson is in symbols: give each value "
            "without a number one with --set");
      symbolic(derivation);
      for (const Expectation& e : program_.expectations) {
        derivation.expectations.push_back(
            {fmt::format("expected {}   not judged: the lesson is in symbols", e.text), {}});
      }
      return made;
    }
    if (options_.rounding) derivation.working = describe(*options_.rounding);
    RunOptions run_options{working_,          {}, true, options_.elementary, {}, names(),
                           options_.most_work};
    Run exact(program_, run_options);
    std::vector<std::string> ties;
    const auto on_tie = [&](const PageLine& line) {
      ties.push_back(tie_note(line, *options_.rounding, working_.bits));
    };
    if (options_.rounding) {
      run_options.on_line = working_.bits < options_.most_bits
                                ? rounds_every_line(*options_.rounding)
                                : rounds_every_line(*options_.rounding, on_tie);
    }
    run_options.contributions = RunOptions::Contributions::lines;
    Run rounded(program_, run_options);
    Expectations expectations(program_, exact);
    const auto [first, last] = shown_steps(options_, exact.steps());
    if (first > exact.steps()) {
      throw Error(fmt::format("there is no {} {}: the lesson has {}",
                              exact.by_sample() ? "sample" : "step", first, exact.steps()));
    }
    const long long end = std::max(last, expectations.last_step());
    for (long long step = 1; step <= std::min(end, exact.steps()); ++step) {
      const StepRecord record = exact.next();
      expectations.judge(record);
      if (step > last) continue;
      if (!options_.rounding) {
        if (step >= first) derivation.steps.push_back(page(exact, record, nullptr));
        continue;
      }
      ties.clear();
      const StepRecord by_hand = rounded.next();
      if (step < first) continue;
      derivation.steps.push_back(page(rounded, by_hand, &record));
      std::ranges::move(ties, std::back_inserter(derivation.steps.back().notes));
    }
    leave_out_repeated(derivation.steps);
    expectations.judge_late(program_);
    derivation.remaining = exact.steps() - last;
    derivation.expectations = expectations.report();
    made.expectations_hold = expectations.hold();
    made.differences_agree = differences_agree_;
    return made;
  }

 private:
  DerivationStep page(const Run& run, const StepRecord& record, const StepRecord* exact) {
    const Rules& rules = rules_for(record.batch);
    const PageContext context = context_for(rules, run);
    DerivationStep made = write_page(context, record, exact);
    for (const Wanted& wanted : wanted_) {
      if (wanted.entries.empty()) continue;
      const Graph& graph = record.batch->graph;
      for (const auto& entry : entries_of(wanted, graph[graph.find(wanted.name)].shape))
        explain_entry(context, record, wanted.name, entry, made);
    }
    if (options_.jacobians || options_.paths)
      write_ways(context, record.batch, &record, options_.jacobians, options_.paths, made);
    if (options_.check)
      differences_agree_ =
          write_differences(context, exact != nullptr ? *exact : record, options_.digits, made) &&
          differences_agree_;
    if (options_.order == 2)
      write_second_order(context_for(rules.denominator(), run), record.batch, &record, made);
    return made;
  }

  void symbolic(Derivation& derivation) {
    std::shared_ptr<const BatchGraph> batch = program_.graph(1);
    if (options_.elementary) batch = std::make_shared<const BatchGraph>(elementary(*batch));
    const Rules rules(*batch, leaves(*batch), program_.seed_name, Assumptions(program_, *batch),
                      options_.layout);
    const auto context = [&](const Rules& of) {
      return PageContext{program_, of,      show_,   working_,     false,          false,
                         0,        nullptr, names(), std::nullopt, options_.expand};
    };
    derivation.steps.push_back(write_symbolic_page(context(rules), batch));
    DerivationStep& page = derivation.steps.back();
    if (options_.jacobians || options_.paths)
      write_ways(context(rules), batch, nullptr, options_.jacobians, options_.paths, page);
    if (options_.order == 2) write_second_order(context(rules.denominator()), batch, nullptr, page);
  }

  std::vector<NodeId> leaves(const BatchGraph& batch) const {
    std::vector<NodeId> ids;
    for (const auto& all : {program_.wrt, names()})
      for (const std::string& name : all) {
        ids.push_back(batch.graph.find(name));
        if (ids.back() < 0)
          throw Error(fmt::format("--wrt {}: the lesson has no value of that name", name));
      }
    return ids;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Wanted& wanted : wanted_) names.push_back(wanted.name);
    return names;
  }

  const Rules& rules_for(const std::shared_ptr<const BatchGraph>& batch) {
    auto& rules = rules_[batch.get()];
    if (!rules) {
      rules = std::make_unique<Rules>(*batch, leaves(*batch), program_.seed_name,
                                      Assumptions(program_, *batch), options_.layout);
    }
    return *rules;
  }

  PageContext context_for(const Rules& rules, const Run& run) const {
    return {program_,
            rules,
            show_,
            working_,
            run.by_sample(),
            options_.rounding.has_value(),
            program_.data ? program_.data->count : 0,
            run.optimizer() ? &*run.optimizer() : nullptr,
            names(),
            options_.rounding,
            options_.expand};
  }

  const Program& program_;
  const DeriveOptions& options_;
  Working working_;
  Show show_;
  std::vector<Wanted> wanted_;
  bool differences_agree_ = true;
  std::map<const BatchGraph*, std::unique_ptr<Rules>> rules_;
};

}  // namespace

DeriveResult derive(const Program& program, const DeriveOptions& options) {
  // to begin with: the digits asked for, and as much again for what cancels
  int bits = 128;
  while (bits < options.most_bits && bits < options.digits * 4 + 64) bits *= 2;
  bits = std::min(bits, options.most_bits);
  while (true) {
    try {
      return Deriver(program, options, bits).result();
    } catch (const Undecided&) {
      if (bits >= options.most_bits) throw;
      bits = std::min(2 * bits, options.most_bits);
    }
  }
}

}  // namespace tracer

#include "tracer/derive/derive.hpp"

#include <algorithm>
#include <deque>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

// What comes of a loss.
struct Derived {
  Derivation derivation;
  std::optional<Expectations> expectations;  // judged; nothing: in symbols
  bool differences_agree = true;
};

class Deriver {
 public:
  /// `losses`: how many the lesson has; the program has one of them.
  Deriver(const Program& program, const DeriveOptions& options, std::size_t losses, int bits)
      : program_(program),
        losses_(losses),
        options_(options),
        working_{bits, options.rational_bits},
        entries_(options.every_entry ? Show::Entries::all : Show::Entries::printed),
        show_(options.digits,
              bits >= options.most_bits ? Show::Unproved::shown : Show::Unproved::refused,
              entries_) {
    for (const std::string& text : options.wrt)
      std::ranges::move(parse_wanted(text), std::back_inserter(wanted_));
  }

  Derived result() {
    Derived made;
    Derivation& derivation = made.derivation;
    derivation.title = program_.title;
    derivation.introduction = paragraphs(program_.introduction);
    derivation.parameters = program_.parameters;
    derivation.in_rows = options_.layout == Layout::numerator;
    if (program_.symbolic) {
      require_no_numbers();
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
    run_options.wrong = options_.wrong;
    run_options.wrong_from = options_.wrong_from;
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
    std::optional<Run> rounded;
    if (options_.rounding) rounded.emplace(program_, run_options);
    Expectations& expectations = made.expectations.emplace(program_, exact);
    const auto [first, last] = shown_steps(options_, exact.steps());
    if (first > exact.steps()) {
      throw Error(fmt::format("there is no {} {}: the lesson has {}",
                              exact.by_sample() ? "sample" : "step", first, exact.steps()));
    }
    const long long end = std::min(std::max(last, expectations.last_step()), exact.steps());
    exact.require_work(end);
    for (long long step = 1; step <= end; ++step) {
      const bool is_asked = options_.updates || options_.rounding || expectations.last_step() > 0;
      if (step == end && !is_asked) exact.end_without_update();
      StepRecord record = exact.next();
      expectations.judge(record);
      if (step > last) continue;
      if (!options_.rounding) {
        if (step >= first)
          derivation.steps.push_back(step == end ? last_page(exact, record)
                                                 : page(exact, record, nullptr));
        continue;
      }
      ties.clear();
      const StepRecord by_hand = rounded->next();
      if (step < first) continue;
      derivation.steps.push_back(page(*rounded, by_hand, &record));
      std::ranges::move(ties, std::back_inserter(derivation.steps.back().notes));
    }
    leave_out_repeated(derivation.steps);
    expectations.judge_late(program_);
    derivation.remaining = exact.steps() - last;
    made.differences_agree = differences_agree_;
    return made;
  }

  /// Once result() threw Undecided: whether what could not be told looks like a 0 that no precision
  /// tells from one, in a lesson that takes its time. Then the limit alone will do.
  bool met_zero() const { return met_zero_; }
  /// Has result() throw Undecided where it would work out the last step in part with more bits.
  void refine_nothing() { refines_ = false; }

 private:
  // A step with fewer entries is run again as a whole.
  static constexpr Eigen::Index many_entries = 10'000;
  // Enough to tell a 0 from anything that is printed as a number: a bound below 1e-300 is not written.
  static constexpr int refined_bits = 1280;

  // The page of the last step that is run. Where some lines of it want more bits, only they and what
  // they are computed from are computed with more.
  DerivationStep last_page(const Run& run, StepRecord& record) {
    try {
      return page(run, record, nullptr);
    } catch (const Undecided&) {
      Eigen::Index entries = 0;
      for (const auto& [id, value] : record.values) entries += value.size();
      if (working_.bits >= options_.most_bits || entries < many_entries) throw;
      met_zero_ = true;
      if (!refine(record)) throw;
    }
    show_ = Show(options_.digits, Show::Unproved::zeros, entries_);
    return page(run, record, nullptr);
  }

  // Puts values with more bits in place of those that a page can't tell; false where that is not all
  // that it takes.
  bool refine(StepRecord& record) const {
    const bool more_is_shown =
        options_.check || options_.jacobians || options_.paths || options_.order == 2;
    const bool joint = program_.training && program_.training->clip_norm;
    const bool given = record.step == 1;  // and not what steps before it made of the parameters
    if (!refines_ || !given || more_is_shown || joint || options_.wrong) return false;
    if (record.loss_after && !show_.tells(*record.loss_after)) return false;
    const Graph& graph = record.batch->graph;
    RunOptions finer;
    finer.working = {std::min(refined_bits, options_.most_bits), options_.rational_bits};
    finer.elementary = options_.elementary;
    finer.most_work = options_.most_work;
    finer.loss_after = false;
    finer.wrt_alone = true;
    std::vector<NodeId> values, adjoints;
    for (const auto& [id, value] : record.values)
      if (!show_.tells(value)) values.push_back(id);
    for (const auto& [id, value] : record.adjoints) {
      if (show_.tells(value)) continue;
      adjoints.push_back(id);
      finer.wrt.push_back(graph[id].name);
    }
    std::vector<UpdateRecord*> updates;
    for (UpdateRecord& update : record.updates) {
      const auto is_told = [&](const Array<Exact>& value) { return show_.tells(value); };
      if (std::ranges::all_of(update.results, is_told)) continue;
      updates.push_back(&update);
      finer.wrt.push_back(update.parameter);
    }
    if (values.empty() && adjoints.empty() && updates.empty()) return false;

    Run run(program_, finer);
    StepRecord made = run.next();
    for (const NodeId id : values) record.values[id] = std::move(made.values.at(id));
    for (const NodeId id : adjoints) record.adjoints[id] = std::move(made.adjoints.at(id));
    for (UpdateRecord* update : updates) {
      const auto same =
          std::ranges::find(made.updates, update->parameter, &UpdateRecord::parameter);
      *update = std::move(*same);
      record.after[update->parameter] = std::move(made.after.at(update->parameter));
    }
    return true;
  }

  DerivationStep page(const Run& run, const StepRecord& record, const StepRecord* exact) {
    const Rules& rules = rules_for(record.batch);
    const PageContext context = context_for(rules, run);
    DerivationStep made = write_page(context, record, exact);
    if (depends_on_nothing(rules, made)) return made;
    explain_entries(context, &record, made);
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

  void explain_entries(const PageContext& context, const StepRecord* record,
                       DerivationStep& page) const {
    const Graph& graph = context.rules.graph();
    for (const Wanted& wanted : wanted_) {
      const NodeId id = graph.find(wanted.name);
      if (wanted.entries.empty() || (losses_ > 1 && context.rules.find(id) == nullptr)) continue;
      for (const auto& entry : entries_of(wanted, graph[id].shape))
        explain_entry(context, record, wanted.name, entry, page);
    }
  }

  // What asks for numbers is refused, and not left out without a word.
  void require_no_numbers() const {
    const char* remedy = "give each value without a number one with --set";
    if (options_.check)
      throw Error(fmt::format(
          "--check takes differences of numbers, and this lesson is in symbols: {}", remedy));
    if (options_.rounding)
      throw Error(fmt::format("--round rounds numbers, and this lesson is in symbols: {}", remedy));
    if (options_.first_step > 0)
      throw Error(
          fmt::format("--samples chooses among steps, and this lesson is in symbols, the same in "
                      "every step: {}",
                      remedy));
  }

  void symbolic(Derivation& derivation) {
    std::shared_ptr<const BatchGraph> batch = program_.graph(1);
    if (options_.elementary) batch = std::make_shared<const BatchGraph>(elementary(*batch));
    const Rules rules(*batch, leaves(*batch), program_.seed_name, Assumptions(program_, *batch),
                      options_.layout);
    const auto context = [&](const Rules& of) {
      return PageContext{program_, of,      show_,   working_,     false,           false,
                         0,        nullptr, names(), std::nullopt, options_.expand, options_.depth};
    };
    derivation.steps.push_back(write_symbolic_page(context(rules), batch));
    DerivationStep& page = derivation.steps.back();
    if (depends_on_nothing(rules, page)) return;
    const auto has_entries = [](const Wanted& wanted) { return !wanted.entries.empty(); };
    if (std::ranges::any_of(wanted_, has_entries)) page.chains.clear();  // they stand in its place
    explain_entries(context(rules), nullptr, page);
    if (options_.jacobians || options_.paths)
      write_ways(context(rules), batch, nullptr, options_.jacobians, options_.paths, page);
    if (options_.order == 2) write_second_order(context(rules.denominator()), batch, nullptr, page);
  }

  // Of several losses one may depend on nothing that is asked for; of a single one that is a mistake,
  // and told where it is found.
  bool depends_on_nothing(const Rules& rules, DerivationStep& page) const {
    if (losses_ < 2) return false;
    std::vector<std::string> asked = names();
    if (asked.empty()) asked = program_.wrt;
    const auto is_reached = [&](const std::string& name) {
      return rules.find(rules.graph().find(name)) != nullptr;
    };
    if (std::ranges::any_of(asked, is_reached)) return false;
    page.notes.push_back(
        fmt::format("{} does not depend on {}", program_.loss, fmt::join(asked, ", ")));
    return true;
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
            options_.expand,
            options_.depth};
  }

  const Program& program_;
  std::size_t losses_;
  const DeriveOptions& options_;
  Working working_;
  Show::Entries entries_;
  Show show_;
  bool refines_ = true;
  bool met_zero_ = false;
  std::vector<Wanted> wanted_;
  bool differences_agree_ = true;
  std::map<const BatchGraph*, std::unique_ptr<Rules>> rules_;
};

Derived derived(const Program& program, const DeriveOptions& options, std::size_t losses = 1) {
  // to begin with: the digits asked for, and as much again for what cancels
  int bits = 128;
  while (bits < options.most_bits && bits < options.digits * 4 + 64) bits *= 2;
  bits = std::min(bits, options.most_bits);
  for (bool first = true;; first = false) {
    Deriver deriver(program, options, losses, bits);
    if (!first) deriver.refine_nothing();
    try {
      return deriver.result();
    } catch (const Undecided&) {
      if (bits >= options.most_bits) throw;
      bits = deriver.met_zero() ? options.most_bits : std::min(2 * bits, options.most_bits);
    }
  }
}

// The page of one more loss: its way back, and what else only it has.
void add_pass(DerivationStep& to, DerivationStep from, const std::string& loss) {
  for (ForwardLine& line : from.forward)  // the mean over a batch
    if (std::ranges::find(to.forward, line.name, &ForwardLine::name) == to.forward.end())
      to.forward.push_back(std::move(line));
  for (std::string& note : from.notes)
    if (std::ranges::find(to.notes, note) == to.notes.end()) to.notes.push_back(std::move(note));
  BackwardPass& pass = to.further.emplace_back(std::move(static_cast<BackwardPass&>(from)));
  pass.from = loss;
}

void add(Derived& to, Derived from, const std::string& loss) {
  for (std::size_t i = 0; i < std::min(to.derivation.steps.size(), from.derivation.steps.size());
       ++i)
    add_pass(to.derivation.steps[i], std::move(from.derivation.steps[i]), loss);
  std::ranges::move(from.derivation.expectations, std::back_inserter(to.derivation.expectations));
  if (from.expectations) to.expectations->add(*from.expectations);
  to.differences_agree = to.differences_agree && from.differences_agree;
}

}  // namespace

DeriveResult derive(const Program& program, const DeriveOptions& options) {
  std::deque<Program> single;  // one a loss; its expectations are referred to
  if (program.losses.size() > 1) {
    for (const std::string& loss : program.losses) single.push_back(of_loss(program, loss));
  }
  Derived made = derived(single.empty() ? program : single[0], options, program.losses.size());
  for (std::size_t i = 1; i < single.size(); ++i) {
    if (i == 1)
      for (DerivationStep& step : made.derivation.steps) step.from = single[0].loss;
    add(made, derived(single[i], options, single.size()), single[i].loss);
  }
  DeriveResult result{std::move(made.derivation), true, made.differences_agree};
  if (made.expectations) {
    result.derivation.expectations = made.expectations->report();
    result.expectations_hold = made.expectations->hold();
  }
  return result;
}

}  // namespace tracer

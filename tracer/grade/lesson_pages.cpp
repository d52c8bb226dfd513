#include "tracer/grade/lesson_pages.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/expect.hpp"
#include "tracer/derive/formulas.hpp"
#include "tracer/error.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/run/clipping.hpp"

namespace tracer {
namespace {

// Notes what comes in, then lets `carry` put something in its place.
OnLine recording(WorkedPages& pages, OnLine carry) {
  return [&pages, carry = std::move(carry)](const PageLine& line, View<Exact> value) {
    if (pages.computed.insert_or_assign(line, value).second) pages.order.push_back(line);
    return carry && carry(line, value);
  };
}

const Program& with_numbers(const Program& program) {
  if (program.symbolic) throw Error("the lesson has no numbers, so there is nothing to mark");
  return program;
}

void stop(WorkedPages& pages, const std::string& why) {
  if (!pages.order.empty()) pages.stopped = pages.order.back();
  pages.why_stopped = why;
}

}  // namespace

const Array<Exact>* WorkedPages::find(const PageLine& line) const {
  const auto found = computed.find(line);
  return found == computed.end() ? nullptr : &found->second;
}

WorkedPages work_out(const Program& program, Working working, int steps, const OnLine& carry,
                     const OnLine& fill, RunOptions::Contributions contributions) {
  WorkedPages pages;
  OnGap gap;
  if (fill) {
    gap = [&](const PageLine& line, View<Exact> value, const std::string& why) {
      pages.without_value.emplace(line, why);
      return fill(line, value);
    };
  }
  RunOptions options{working, recording(pages, carry), false, false, gap};
  options.contributions = contributions;
  Run run(program, std::move(options));
  try {
    while (!run.done() && static_cast<int>(pages.steps.size()) < steps)
      pages.steps.push_back(run.next());
  } catch (const LessonError& error) {
    stop(pages, error.errors.front().message);
  } catch (const Error& error) {
    stop(pages, error.what());
  }
  return pages;
}

LessonPages::LessonPages(const Program& program, Working working)
    : program_(with_numbers(program)),
      working_(working),
      run_(program, {working, recording(pages_, {}), false, false}) {}

void LessonPages::reach(int step) {
  while (reached() < step) pages_.steps.push_back(run_.next());
}

int LessonPages::steps_asked() const {
  constexpr long long shown = 10;
  return static_cast<int>(std::min({run_.steps(), shown, steps_worth_running(program_)}));
}

const StepRecord& LessonPages::record(int step) const {
  return pages_.steps.at(static_cast<std::size_t>(step - 1));
}

const Rules& LessonPages::rules(int step) {
  const BatchGraph& batch = *record(step).batch;
  std::unique_ptr<Rules>& rules = rules_[&batch];
  if (!rules) {
    std::vector<NodeId> wrt;
    for (const std::string& name : program_.wrt) wrt.push_back(batch.graph.find(name));
    rules = std::make_unique<Rules>(batch, wrt, program_.seed_name, Assumptions(program_, batch));
  }
  return *rules;
}

LineMistakes& LessonPages::mistakes(int step) {
  const BatchGraph& batch = *record(step).batch;
  std::unique_ptr<LineMistakes>& mistakes = mistakes_[&batch];
  if (!mistakes) mistakes = std::make_unique<LineMistakes>(batch, rules(step));
  return *mistakes;
}

int LessonPages::step_of(const AnswerPlace& place) {
  const long long an_epoch = run_.steps_per_epoch();
  const long long all = run_.steps();  // epochs × steps may be more than an int holds
  const long long epochs = all / an_epoch;
  if (place.empty()) {
    if (all == 1) return reach(1), 1;
    throw Error(
        fmt::format("which {0}? put '{0} 1:' above it", run_.by_sample() ? "sample" : "step"));
  }
  if (place.epoch > epochs)
    throw Error(fmt::format("there is no epoch {}: the lesson has {}", place.epoch, epochs));
  long long step = place.step;
  if (place.sample > 0 && run_.by_sample()) {
    step = sample_step(std::max(place.epoch, 1), place.sample);
  } else if (place.sample > 0 && program_.data && all > 1) {
    throw Error("the lesson takes its samples in batches: write 'step 1:' in place of 'sample'");
  } else if (place.sample > 0) {
    step = place.sample;
  } else if (place.epoch > 0 && step > 0) {
    step += (place.epoch - 1) * an_epoch;
  } else if (place.epoch > 0) {
    if (an_epoch > 1) throw Error(fmt::format("which sample of epoch {}?", place.epoch));
    step = place.epoch;
  }
  if (step > all) throw Error(fmt::format("there is no step {}: the lesson has {}", step, all));
  if (step > steps_worth_running(program_))
    throw Error(fmt::format("step {} of a lesson of this size is not worked out exactly", step));
  reach(static_cast<int>(step));
  return static_cast<int>(step);
}

// Shuffled or held out, a sample is where the run takes it.
int LessonPages::sample_step(int epoch, int sample) {
  const long long an_epoch = run_.steps_per_epoch();
  const long long first = (epoch - 1) * an_epoch + 1;
  const bool in_order = !program_.training || !program_.training->shuffle;
  if (sample <= program_.data->count) {
    for (long long at = first; at < first + an_epoch; ++at) {
      if (at > steps_worth_running(program_))
        throw Error(fmt::format("step {} of a lesson of this size is not worked out exactly", at));
      const auto step = static_cast<int>(at);
      reach(step);
      const int taken = record(step).samples.front();
      if (taken == sample) return step;
      if (in_order && taken > sample) break;
    }
  }
  throw Error(fmt::format("there is no sample {}{}: the lesson has {}", sample,
                          epoch > 1 ? fmt::format(" in epoch {}", epoch) : "", an_epoch));
}

std::string LessonPages::heading(int step) const {
  if (run_.steps() == 1) return "";
  const StepRecord& at = record(step);
  if (!run_.by_sample()) return fmt::format("Step {}", step);
  if (at.epoch > 1) return fmt::format("Epoch {}, sample {}", at.epoch, at.samples.front());
  return fmt::format("Sample {}", at.samples.front());
}

std::vector<PageLine> LessonPages::lines(int step) {
  reach(step);
  std::vector<PageLine> all;
  const BatchGraph& batch = *record(step).batch;
  for (const NodeId line : batch.lines)
    all.push_back({step, PageLine::Kind::value, batch.graph[line].name, ""});
  for (const GradientRule& rule : rules(step).gradients())
    all.push_back({step, PageLine::Kind::gradient, batch.graph[rule.node].name, ""});
  for (const PageLine& line : pages_.order) {
    if (line.step == step && line.kind == PageLine::Kind::update) all.push_back(line);
  }
  std::erase_if(all, [&](const PageLine& line) {
    const Array<Exact>* value = pages_.find(line);
    return value == nullptr || !Show::fits(*value);
  });
  return all;
}

std::string LessonPages::label(const PageLine& line) const {
  if (line.kind != PageLine::Kind::gradient)
    return line.part.empty() ? line.name : line.name + " " + line.part;
  return fmt::format("d{}/d{}", program_.seed_name.empty() ? program_.loss : "L", line.name);
}

Notation LessonPages::display(const PageLine& line) {
  if (!line.part.empty()) return notation::words(label(line));
  const Graph& graph = record(line.step).batch->graph;
  const NodeId id = graph.find(line.name);
  return line.kind == PageLine::Kind::gradient ? rules(line.step).partial(id)
                                               : display_of(graph[id]);
}

// What a node of the graph is on the page: a parameter is what the step before made of it.
std::optional<PageLine> LessonPages::line_of(int step, NodeId id) {
  const Node& node = record(step).batch->graph[id];
  if (!node.is_named()) return std::nullopt;
  if (!node.is_leaf()) return PageLine{step, PageLine::Kind::value, node.name, ""};
  if (!run_.optimizer() || node.leaf != LeafKind::parameter)
    return PageLine{step, PageLine::Kind::given, node.name, ""};
  for (int before = step - 1; before > 0; --before) {
    const PageLine update{before, PageLine::Kind::update, node.name, ""};
    if (pages_.find(update) != nullptr) return update;
  }
  return std::nullopt;
}

const std::vector<PageLine>& LessonPages::uses(const PageLine& line) {
  const auto found = uses_.find(line);
  return found != uses_.end() ? found->second : uses_.emplace(line, find_uses(line)).first->second;
}

std::vector<PageLine> LessonPages::find_uses(const PageLine& line) {
  const Graph& graph = record(line.step).batch->graph;
  const NodeId id = graph.find(line.name);
  std::vector<PageLine> used;
  const auto add = [&](const std::optional<PageLine>& one) {
    if (one && std::ranges::find(used, *one) == used.end()) used.push_back(*one);
  };
  if (line.kind == PageLine::Kind::value) {
    for (const NodeId operand : graph.line_operands(id)) add(line_of(line.step, operand));
  } else if (line.kind == PageLine::Kind::gradient) {
    const GradientRule* rule = rules(line.step).find(id);
    if (rule == nullptr) return used;
    for (const Path& path : rule->paths) {
      substitute(rules(line.step).contribution(path),
                 [&](const Symbol& leaf) -> std::optional<Symbol> {
                   const Quantity& what = leaf.stands_for();
                   if (what.kind == Quantity::adjoint) {
                     add(PageLine{line.step, PageLine::Kind::gradient, what.name, ""});
                   } else if (const NodeId at = graph.node_of(what); at >= 0) {
                     add(line_of(line.step, at));
                   }
                   return std::nullopt;
                 });
    }
  } else if (line.kind == PageLine::Kind::update) {
    const std::vector<UpdateRecord>& updates = record(line.step).updates;
    const auto update = std::ranges::find(updates, line.name, &UpdateRecord::parameter);
    if (update == updates.end()) return used;
    const auto working = std::ranges::find(update->lines, line.part, &Optimizer::Line::name);
    if (working == update->lines.end()) return used;
    // w, g, what the optimizer kept of the step before, and the lines before this one
    substitute(working->formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
      const Quantity& what = leaf.stands_for();
      if (what == "g") add(PageLine{line.step, PageLine::Kind::gradient, line.name, ""});
      if (what == "w") add(line_of(line.step, id));
      for (const UpdateRecord& one : updates) {
        if (what == clipping::norm_key)
          add(PageLine{line.step, PageLine::Kind::gradient, one.parameter, ""});
      }
      for (const Optimizer::Line& one : update->lines) {
        if (one.name.empty()) continue;
        const bool old = what == Quantity(Quantity::before, one.name);
        const PageLine part{old ? line.step - 1 : line.step, line.kind, line.name, one.name};
        if ((old || what == one.symbol.stands_for()) && pages_.find(part) != nullptr) add(part);
      }
      return std::nullopt;
    });
  }
  return used;
}

std::set<std::string> LessonPages::optimizer_parts() {
  if (!run_.optimizer()) return {};
  reach(1);
  std::set<std::string> parts;
  // no gradient may be cut in the first step
  if (program().training->clip_norm) parts.emplace(clipping::norm_part);
  if (program().training->clip_value) parts.emplace(clipping::value_part);
  for (const UpdateRecord& update : record(1).updates) {
    for (const Optimizer::Line& line : update.lines) {
      if (!line.name.empty()) parts.insert(line.name);
    }
  }
  return parts;
}

namespace {

std::string_view section(PageLine::Kind kind) {
  return kind == PageLine::Kind::gradient ? "backward"
         : kind == PageLine::Kind::update ? "update: the values after it"
                                          : "forward";
}

// "[[1, 2], [3, 4]]": how a value of that shape is written; empty where that would be long.
std::string example(Eigen::Index rows, Eigen::Index columns) {
  constexpr Eigen::Index most = 6;
  if (rows * columns > most) return "";
  std::string text;
  for (Eigen::Index i = 0, n = 1; i < rows; ++i) {
    std::string row;
    for (Eigen::Index j = 0; j < columns; ++j) row += fmt::format("{}{}", j == 0 ? "" : ", ", n++);
    const bool vector = rows == 1 || columns == 1;
    text += (i == 0 ? "" : ", ") + (vector ? row : "[" + row + "]");
  }
  return ", as [" + text + "]";
}

std::string line_text(LessonPages& pages, const PageLine& line) {
  const Array<Exact>& value = *pages.pages().find(line);
  const std::string text = pages.label(line) + " = ";
  if (value.size() == 1) return text;
  return fmt::format("{:<32}# {}×{}{}", text, value.rows(), value.cols(),
                     example(value.rows(), value.cols()));
}

}  // namespace

std::optional<Array<Exact>> local_slope(LessonPages& lesson, const PageLine& of,
                                        const std::string& top, const StepRecord& record) {
  const Rules& rules = lesson.rules(of.step);
  const NodeId node = rules.graph().find(of.name);
  const GradientRule* rule = rules.find(node);
  if (rule == nullptr) return std::nullopt;
  const auto path = std::ranges::find_if(
      rule->paths, [&](const Path& one) { return rules.graph()[one.line].name == top; });
  if (path == rule->paths.end()) return std::nullopt;
  const auto value = record.values.find(path->line);
  if (value == record.values.end()) return std::nullopt;
  const Show nothing(1, true);
  const StepNumbers numbers(rules, &record, nothing, lesson.working());
  const Symbol formula = rules.contribution(*path);
  // what comes of 1 at one entry of the line, and of 0 at all others
  const auto from = [&](Eigen::Index k) {
    Array<Exact> above =
        Array<Exact>::Constant(value->second.rows(), value->second.cols(), Exact(0));
    above(k) = 1;
    return evaluate(
        formula,
        [&](const Symbol& leaf) {
          const bool is_above = leaf.stands_for() == Quantity(Quantity::adjoint, top);
          return is_above ? above : numbers.of(leaf);
        },
        lesson.working());
  };
  constexpr Eigen::Index most = 400;  // entries: by hand
  if (value->second.size() > most) return std::nullopt;
  Array<Exact> slope = from(0);
  if (value->second.size() == 1) return slope;
  for (Eigen::Index k = 0; k < value->second.size(); ++k) {
    const Array<Exact> one = k == 0 ? slope : from(k);
    if (one.size() != value->second.size()) return std::nullopt;
    for (Eigen::Index i = 0; i < one.size(); ++i) {
      if (i != k && !one(i).is_zero_surely()) return std::nullopt;
    }
    slope(k) = one(k);
  }
  return slope;
}

std::string blank_form(LessonPages& pages) {
  std::string form = fmt::format(
      "# {}\n"
      "# Write each number after its =, rounded as you like; working may stand before it, as in\n"
      "#   z = 2*3 + 1 = 7\n"
      "# What you leave empty is not marked. Then: tracer grade LESSON THIS-FILE\n",
      pages.program().title.empty() ? "Answers" : pages.program().title);
  for (int step = 1; step <= pages.steps_asked(); ++step) {
    pages.reach(step);
    const std::string heading = pages.heading(step);
    form += heading.empty() ? "\n" : "\n" + heading + ":\n";
    std::string_view last;
    for (const PageLine& line : pages.lines(step)) {
      if (section(line.kind) != last) form += fmt::format("  # {}\n", section(line.kind));
      last = section(line.kind);
      form += "  " + line_text(pages, line) + "\n";
    }
  }
  return form;
}

}  // namespace tracer

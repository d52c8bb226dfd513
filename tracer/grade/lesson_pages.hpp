// A lesson worked out exactly, step by step, as far as somebody's answers reach: which lines its
// page has, what each comes to, and which lines each is computed from. Next: own_pages.hpp, the
// same lesson run on a student's own values.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tracer/derive/rules.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/grade/answers.hpp"
#include "tracer/mistake/line_formulas.hpp"

namespace tracer {

/// What came in at every line of a run, before anything was put in its place, and its records.
struct WorkedPages {
  std::map<PageLine, Array<Exact>> computed;
  std::vector<PageLine> order;  ///< as they were computed
  std::vector<StepRecord> steps;
  /// Lines that have no value on these pages, or no gradient, and why: "log(0) is minus infinity".
  std::map<PageLine, std::string> without_value;
  std::optional<PageLine> stopped;  ///< the last line before what ended the run
  std::string why_stopped;          ///< one sentence

  const Array<Exact>* find(const PageLine&) const;
};

/// Runs the first `steps` steps; `carry` (may be empty) says what is carried on at each line,
/// `fill` what stands at a line that has no value and whether there is anything: without it such a
/// line ends the run. Throws Undecided.
WorkedPages work_out(const Program&, Working, int steps, const OnLine& carry,
                     const OnLine& fill = {},
                     RunOptions::Contributions = RunOptions::Contributions::added_up);

class LessonPages {
 public:
  /// The program must have numbers (throws Error) and outlive this.
  LessonPages(const Program&, Working);

  const Program& program() const { return program_; }
  Working working() const { return working_; }
  const Run& run() const { return run_; }

  /// The step that a heading means; works the lesson out up to there. Throws Error where there is
  /// none, or none that can be told.
  int step_of(const AnswerPlace&);
  /// Works the lesson out up to that step.
  void reach(int step);
  int reached() const { return static_cast<int>(pages_.steps.size()); }
  /// How many steps a form has, and a class is asked for: those that derive shows.
  int steps_asked() const;

  const WorkedPages& pages() const { return pages_; }
  const StepRecord& record(int step) const;
  const Rules& rules(int step);
  LineMistakes& mistakes(int step);

  /// "Sample 2", "Epoch 2, sample 1", "Step 3"; empty where the lesson has one step.
  std::string heading(int step) const;
  /// The lines of a step that a person can write down (no matrix too large to print), in the order
  /// of a page.
  std::vector<PageLine> lines(int step);
  /// "z1", "dL/dw1", "w1": what a form calls it.
  std::string label(const PageLine&) const;
  /// The same as notation: ∂L/∂w1.
  Notation display(const PageLine&);
  /// The lines that it is computed from, directly.
  const std::vector<PageLine>& uses(const PageLine&);
  /// By how much the entries of each line move with all numbers before them, and up to which step
  /// that was measured: kept here by machine_noise.cpp, for all the sheets of a class.
  struct Movements {
    int steps = 0;
    std::map<PageLine, Array<double>> of_line;
  };
  Movements& movements() { return movements_; }
  /// The parts of an optimizer's working: "velocity". Works the first step out.
  std::set<std::string> optimizer_parts();

 private:
  int sample_step(int epoch, int sample);
  std::optional<PageLine> line_of(int step, NodeId);
  std::vector<PageLine> find_uses(const PageLine&);

  const Program& program_;
  Working working_;
  WorkedPages pages_;
  Run run_;
  std::map<const BatchGraph*, std::unique_ptr<Rules>> rules_;
  std::map<const BatchGraph*, std::unique_ptr<LineMistakes>> mistakes_;
  std::map<PageLine, std::vector<PageLine>> uses_;
  Movements movements_;
};

/// The slope of a line by a value that stands in it, da1/dz1, on the numbers of `record`, in the
/// shape of that value: of a line that is one number, and where each entry of the line depends on
/// one of the value alone. `of`: the gradient of the value. Nothing where there is no such slope.
std::optional<Array<Exact>> local_slope(LessonPages&, const PageLine& of, const std::string& top,
                                        const StepRecord& record);

/// The form that `tracer grade LESSON --blank` prints: every line that can be marked, to be filled in,
/// of the first steps of the lesson, as many as derive shows. A form that is filled in is an answers
/// file.
std::string blank_form(LessonPages&);

}  // namespace tracer

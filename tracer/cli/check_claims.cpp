#include "tracer/cli/check_claims.hpp"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "datasets/npz.hpp"
#include "tracer/check/lesson_check.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/claims/program.hpp"
#include "tracer/claims/read_claims.hpp"
#include "tracer/claims/replace_leaves.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/diagnosis/diagnosis.hpp"
#include "tracer/diagnosis/judged_claims.hpp"
#include "tracer/diagnosis/make_problem.hpp"
#include "tracer/error.hpp"
#include "tracer/render/diagnosis_page.hpp"

namespace tracer::cli {
namespace {

int status_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::right:
    case Verdict::disturbed:
    case Verdict::subgradient:
      return 0;
    case Verdict::undecided:
      return 3;
    default:
      return 1;
  }
}

// A line on a terminal while a search takes its time.
class SearchProgress {
 public:
  void show(std::string_view name) const {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - begin_;
    if (!wanted_ || since.count() < 0.5) return;
    redraw(fmt::format("\r\033[Klooking for what explains the gradient of {} ({:.0f} s)", name,
                       since.count()));
    shown_ = true;
  }
  void clear() const {
    if (shown_) redraw("\r\033[K");
  }

 private:
  bool wanted_ = progress_wanted();
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  mutable bool shown_ = false;
};

class ClaimCheck {
 public:
  ClaimCheck(Program program, const ClaimFlags& flags, const ClaimView& view)
      : program_(std::move(program)), flags_(flags), view_(view) {
    if (!flags.precision.empty()) options_.precision = precision_of(flags.precision);
  }

  int run() {
    replace_leaves();
    if (!flags_.program.empty() && program_.symbolic) draw_values();
    std::optional<Claims> update;
    if (!flags_.before.empty()) update = claims_of_update();
    StepPoint here = point_of_step(program_, view_.step);
    std::vector<Evidence> evidence;
    if (!flags_.program.empty()) {
      evidence = answers(here);
    } else if (update) {
      restrict_claims(*update, view_.wrt, program_, *here.batch);
      say(*update);
      evidence.push_back({here.point, std::move(update->claims)});
    } else {
      Claims claims = claims_from(read_named_arrays(flags_.claimed), program_, *here.batch,
                                  with_source(flags_.claimed));
      restrict_claims(claims, view_.wrt, program_, *here.batch);
      say(claims);
      evidence.push_back({here.point, std::move(claims.claims)});
    }
    for (const Evidence& known : evidence) {
      for (const Claim& claim : known.claims) {
        for (const std::string& remark : claim.remarks) add_remark(claim.called + ": " + remark);
      }
    }
    SearchOptions search;
    search.tolerance = flags_.tolerance;
    const SearchProgress progress;
    search.on_look = [&](std::string_view name) { progress.show(name); };
    const Diagnosis diagnosis =
        diagnose({program_, *here.batch, std::move(evidence), std::move(here.earlier)}, search);
    progress.clear();
    head_.title = program_.title;
    head_.at = name_of_step(program_, view_.step, here.samples);
    head_.loss = program_.seed_name.empty() ? program_.loss : "L";
    if (view_.output.chosen() == "json")
      view_.output.write(to_json(diagnosis, head_, program_, view_.digits));
    else
      view_.output.write(page_of(diagnosis, head_, program_, view_.digits));
    const int status = status_of(diagnosis.verdict);
    return status == 0 && !head_.unmatched.empty() ? 3 : status;  // they may be wrong
  }

 private:
  void replace_leaves() {
    if (!flags_.params.empty()) {
      add_remarks(replace_values(program_, read_named_arrays(flags_.params), flags_.params));
    }
    if (!flags_.data.empty())
      add_remarks(replace_samples(program_, read_named_arrays(flags_.data), flags_.data));
  }

  // A lesson of shapes alone: a program can be asked anywhere.
  void draw_values() {
    const std::vector<std::string> drawn = draw_missing_values(program_, view_.seed);
    if (!drawn.empty())
      add_remark(fmt::format("{} drawn at random (seed {})", fmt::join(drawn, ", "), view_.seed));
  }

  ClaimOptions with_source(const std::string& source) const {
    ClaimOptions made = options_;
    made.source = source;
    return made;
  }

  Claims claims_of_update() {
    WeightUpdate update;
    update.before = read_named_arrays(flags_.before);
    update.after = read_named_arrays(flags_.after);
    update.before_source = flags_.before;
    update.after_source = flags_.after;
    if (!flags_.lr.empty()) update.lr = parse_rational(flags_.lr);
    return update_claims(program_, update, options_);
  }

  // The program's gradients at the lesson's own numbers, and at random ones: what is right at one
  // point by luck (a zero) is not at the next.
  std::vector<Evidence> answers(const StepPoint& here) {
    std::vector<Evidence> evidence;
    for (int i = 0; i < flags_.points; ++i) {
      const Point point = i == 0 ? here.point
                                 : random_point(program_, *here.batch, here.point,
                                                view_.seed + static_cast<std::uint64_t>(i));
      const Program there = i == 0 ? program_ : at_point(program_, *here.batch, point);
      const ProgramAnswer answer =
          run_program(flags_.program, problem_json(there, *here.batch, point), flags_.seconds);
      Claims claims = claims_from(arrays_in_answer(answer, flags_.program), there, *here.batch,
                                  with_source(flags_.program));
      restrict_claims(claims, view_.wrt, program_, *here.batch);
      if (i == 0) say(claims);
      evidence.push_back({point, std::move(claims.claims)});
      check_same_names(evidence.front().claims, evidence.back().claims);
    }
    take_zeros_as_printed(evidence);
    if (always_the_same({program_, *here.batch, evidence})) {
      throw Error(fmt::format(
          "program '{}' gives the same gradients at {} different points: it does not read its "
          "parameters; they are under \"params\" (and the samples under \"data\") in the JSON on "
          "its standard input, and its gradients are to be computed there (--points 1 compares at "
          "the lesson's own numbers alone)",
          flags_.program, flags_.points));
    }
    if (flags_.points > 1)
      add_remark(
          fmt::format("asked at {} points: the lesson's own, and random ones", flags_.points));
    return evidence;
  }

  // A 0 may be what is left of a rounded number; but not where the same array is exact at other
  // points.
  static void take_zeros_as_printed(std::vector<Evidence>& evidence) {
    const auto is_zero = [](const Claim& claim) { return (claim.values == 0).all(); };
    for (Evidence& known : evidence) {
      for (Claim& claim : known.claims) {
        const bool exact = std::ranges::any_of(evidence, [&](const Evidence& other) {
          const Claim* same = gradient_claim(other.claims, claim.name);
          return same != nullptr && !is_zero(*same) && (same->half_unit == 0).all();
        });
        if (claim.gradient && is_zero(claim) && exact) claim.half_unit.setZero();
      }
    }
  }

  // What is claimed at some points only can't be explained at all of them at once.
  void check_same_names(const std::vector<Claim>& first, const std::vector<Claim>& other) const {
    const auto is_in = [](const std::vector<Claim>& claims, const Claim& claim) {
      return std::ranges::any_of(claims, [&](const Claim& one) {
        return one.name == claim.name && one.gradient == claim.gradient;
      });
    };
    const auto fail = [&](const Claim& claim, std::string_view there, std::string_view not_there) {
      throw Error(
          fmt::format("program '{}' prints {} at {}, and not at {}; it has to print the same names "
                      "at every point that it is asked at",
                      flags_.program, claim.called, there, not_there));
    };
    for (const Claim& claim : first) {
      if (!is_in(other, claim)) fail(claim, "the lesson's own numbers", "a random point");
    }
    for (const Claim& claim : other) {
      if (!is_in(first, claim)) fail(claim, "a random point", "the lesson's own numbers");
    }
  }

  void say(const Claims& claims) {
    head_.source = claims.source;
    head_.missing = claims.missing;
    head_.ignored = claims.ignored;
    head_.unmatched = claims.unmatched;
    head_.judged = claims.claims.size();
  }
  void add_remarks(const std::vector<std::string>& remarks) {
    for (const std::string& remark : remarks) add_remark(remark);
  }
  void add_remark(const std::string& remark) {
    if (std::ranges::find(head_.remarks, remark) == head_.remarks.end())
      head_.remarks.push_back(remark);
  }

  Program program_;
  const ClaimFlags& flags_;
  const ClaimView& view_;
  ClaimOptions options_;
  ReportHead head_;
};

}  // namespace

std::string_view ClaimFlags::source() const {
  if (!claimed.empty()) return "--claimed";
  if (!program.empty()) return "--program";
  return !before.empty() || !after.empty() ? "--before" : "";
}
bool ClaimFlags::given() const { return !source().empty(); }

Flags claim_flags(ClaimFlags& to) {
  return {
      {"--claimed", &to.claimed, "somebody's gradients: .json, .csv, .npy, .npz or .safetensors",
       not_blank("a file of gradients")},
      {"--program", &to.program,
       "a command that reads the problem as JSON and prints its gradients as JSON",
       not_blank("a command", "COMMAND")},
      {"--before", &to.before, "weights before one step of plain descent",
       not_blank("a file of weights")},
      {"--after", &to.after, "and after it, in place of gradients", not_blank("a file of weights")},
      {"--lr", &to.lr, "that step's learning rate (default: the lesson's)", not_blank("a number")},
      {"--params", &to.params, "a file with the params, inputs and masks that were computed with",
       not_blank("a file of values")},
      {"--data", &to.data, "a file with the samples", not_blank("a file of samples")},
      {"--precision", &to.precision,
       "of the arithmetic, where the file doesn't say: float64, float32, tf32, float16 or bf16",
       not_blank("float64, float32, tf32, float16 or bf16")},
      {"--tolerance", &to.tolerance,
       "what is off by this share of its array's largest entry counts as right (default: what "
       "rounding may do, which needs no number)",
       Between<double>{0, 0.5}},
      {"--seconds", &to.seconds, "how long a program may take (default 60)",
       Between<double>{0.1, 86400.0}},
      {"--make-problem", &to.make_problem,
       "writes to this folder a small problem of the lesson's kind on which no two mistakes give "
       "the same gradients",
       not_blank("a folder", "DIR")},
      {"--points", &to.points,
       "at how many points a program is asked (default 3: the lesson's own numbers, and random "
       "ones)",
       Between{1, 100}}};
}

void check_claim_flags(const ClaimFlags& flags) {
  const int sources = (flags.claimed.empty() ? 0 : 1) + (flags.program.empty() ? 0 : 1) +
                      (flags.before.empty() && flags.after.empty() ? 0 : 1);
  if (sources > 1)
    throw Error(
        "--claimed, --program and --before/--after are three sources of gradients; give one");
  if (flags.before.empty() != flags.after.empty())
    throw Error("--before and --after go together: the weights on both sides of one update");
  if (!flags.lr.empty() && flags.before.empty()) throw Error("--lr goes with --before and --after");
  if (!flags.precision.empty() && sources == 0)
    throw Error("--precision goes with --claimed, --program or --before");
  if (flags.tolerance != 0 && sources == 0)
    throw Error("--tolerance goes with --claimed, --program or --before");
  if (std::isnan(flags.tolerance)) throw Error("--tolerance nan: expected a number");
  if (!flags.make_problem.empty() && sources > 0)
    throw Error("--make-problem writes a problem and checks nothing; leave the gradients out");
  if (!(flags.params.empty() && flags.data.empty()) && sources == 0)
    throw Error("--params and --data go with --claimed, --program or --before");
  if (std::isnan(flags.seconds)) throw Error("--seconds nan: expected a number");
}

namespace {

// What an earlier --make-problem wrote may be written anew; what somebody else did may not.
void keep_foreign_files(const std::filesystem::path& folder, const std::string& lesson) {
  const std::string first_line = lesson.substr(0, lesson.find('\n') + 1);
  std::ifstream there(folder / "problem.lesson", std::ios::binary);
  std::string begin(first_line.size(), '\0');
  there.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (begin == first_line) return;
  for (const char* name : {"problem.lesson", "problem.json", "problem.npz"}) {
    std::error_code ignored;
    if (std::filesystem::exists(folder / name, ignored))
      throw Error(
          fmt::format("--make-problem {}: {} is there already, and not from --make-problem; name "
                      "another folder",
                      folder.string(), name));
  }
}

}  // namespace

void write_problem(const Program& program, const std::string& folder, unsigned seed) {
  namespace fs = std::filesystem;
  const MadeProblem made = make_problem(program, seed);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder, error))
    throw Error(
        fmt::format("--make-problem {}: there is no such folder, and it can't be made", folder));
  const fs::path in = folder;
  keep_foreign_files(in, made.lesson);
  std::vector<NamedNpy> arrays;
  for (const auto& [name, values] : made.point) arrays.push_back({name, npy_array(values)});
  write_npz(in / "problem.npz", arrays);
  write_result((in / "problem.json").string(), problem_json(made.program, *made.batch, made.point));
  write_result((in / "problem.lesson").string(), made.lesson);
  const std::string same = made.same == 1
                               ? "1 pair gives the same gradients"
                               : fmt::format("{} pairs give the same gradients", made.same);
  // infinite: there are no others
  const std::string others =
      std::isfinite(made.nearest)
          ? fmt::format("; all others differ by at least\n{:.2g} of the largest entry",
                        made.nearest)
          : "";
  print(fmt::format(
      "Written to {0}: problem.lesson, and its numbers as problem.json and problem.npz.\n"
      "{1} can be made in it. {2}{3}.\n\n"
      "Let your code compute the gradients at these numbers, save them, and ask\n"
      "  tracer check {0}/problem.lesson --claimed YOUR-FILE\n"
      "or let tracer run it: --program 'YOUR COMMAND' hands it problem.json on standard input.\n",
      folder, made.mistakes == 1 ? "1 mistake" : fmt::format("{} mistakes", made.mistakes), same,
      others));
}

int check_claims(Program program, const ClaimFlags& flags, const ClaimView& view) {
  return ClaimCheck(std::move(program), flags, view).run();
}

}  // namespace tracer::cli

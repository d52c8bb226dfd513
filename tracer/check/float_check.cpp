#include "tracer/check/float_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tracer/check/absolute_terms.hpp"
#include "tracer/error.hpp"
#include "tracer/graph/fuse.hpp"
#include "tracer/train/batch_run.hpp"
#include "tracer/train/inspect.hpp"

namespace tracer {

template <class S>
ExactPoint rounded_point(const CheckedGraph& checked, std::span<const NodeId> kept, bool exactly) {
  std::vector<NodeId> needed{checked.result};
  needed.insert(needed.end(), kept.begin(), kept.end());
  needed.insert(needed.end(), checked.wrt.begin(), checked.wrt.end());
  const RewrittenGraph fused = fuse(*checked.graph, needed);
  const auto image = [&](NodeId id) { return fused.of(id); };
  CheckedGraph inside{&fused.graph, image(checked.result), image(checked.seed), {}, {}};
  for (const NodeId id : checked.wrt) inside.wrt.push_back(image(id));
  for (const auto& [leaf, value] : checked.leaves) inside.leaves.emplace(image(leaf), value);

  Tape<S> tape(fused.graph, inside.wrt);
  for (const auto& [leaf, value] : inside.leaves) tape.own_value(leaf) = values_over<S>(value, {});
  tape.forward();
  if (inside.seed < 0) {
    tape.backward(inside.result);
  } else {
    tape.backward(inside.result, tape.value(inside.seed));
  }
  const std::map<NodeId, AbsoluteTerms> terms = absolute_terms<S>(inside, exactly);
  constexpr double unit = static_cast<double>(std::numeric_limits<S>::epsilon()) / 2;
  ExactPoint point;
  point.checked = checked;
  for (const NodeId id : checked.wrt) {
    const Shape& shape = (*checked.graph)[id].shape;
    Array<S> gradient = Array<S>::Zero(shape.rows.count, shape.columns.count);
    if (tape.reached(image(id))) gradient = tape.adjoint(image(id));
    point.gradients.emplace(id, gradient.unaryExpr([](S x) {
      return std::isfinite(x) ? Exact::from_double(static_cast<double>(x)) : Exact(0);
    }));
    const AbsoluteTerms& here = terms.at(image(id));
    point.rounding.emplace(id, GradientRounding{here.terms, unit * here.off, gradient.isFinite()});
  }
  return point;
}

template ExactPoint rounded_point<float>(const CheckedGraph&, std::span<const NodeId>, bool);
template ExactPoint rounded_point<double>(const CheckedGraph&, std::span<const NodeId>, bool);

namespace {

// The step of a training as the trainer takes it.
struct Trained {
  std::shared_ptr<const BatchGraph> batch;
  CheckedGraph checked;
  std::vector<int> samples;  // from 1
};

Array<Exact> exactly(const Array<double>& values) {
  return values.unaryExpr([](double x) { return Exact::from_double(x); });
}

Trained trained_step(const Program& program, Dtype dtype, const LessonCheckOptions& wanted) {
  Trained found;
  TrainerOptions options;
  options.dtype = dtype;
  options.threads = wanted.threads;
  options.look_step = wanted.step;
  options.on_look = [&](const StepLook& look) {
    if (found.batch) return;  // after the update
    found.batch = look.batch;
    for (const int sample : look.samples) found.samples.push_back(sample + 1);
    for (const auto& [name, leaf] : look.batch->leaves)
      found.checked.leaves.emplace(leaf, exactly(look.values.at(leaf)));
  };
  options.stop = [&] { return found.batch != nullptr; };
  Trainer trainer(program, options);
  while (!found.batch && !trainer.done()) trainer.epoch();
  if (!found.batch)
    throw Error(fmt::format("there is no step {}: the training is over before it", wanted.step));
  return found;
}

// A lesson without a train line: its leaves, rounded to the arithmetic.
Trained untrained_step(const Program& program, Dtype dtype, const LessonCheckOptions& options) {
  const ExactPoint point = lesson_point(program, options, {});
  Trained found{point.batch, {}, point.samples};
  for (const auto& [leaf, value] : point.checked.leaves) {
    found.checked.leaves.emplace(leaf, value.unaryExpr([&](const Exact& x) {
      const double nearest = x.to_double();
      return Exact::from_double(dtype == Dtype::float32 ? static_cast<double>(x.to_float())
                                                        : nearest);
    }));
  }
  return found;
}

// What else a training run computes: it decides which nodes are fused.
std::vector<NodeId> kept_by_training(const Program& program, const BatchGraph& batch) {
  std::vector<NodeId> kept;
  for (const auto& [state, next] : batch.state_updates) kept.push_back(next);
  if (program.training) {
    const Score score = score_of(batch, decision_of(program), program.data && program.data->rows);
    if (score.node >= 0) kept.push_back(score.node);
  }
  return kept;
}

}  // namespace

GradientReport check_training(const Program& program, Dtype dtype,
                              const LessonCheckOptions& options) {
  if (program.symbolic)
    throw Error("a lesson in symbols has no numbers to check; give them with --set");
  if (options.step < 1) throw Error(fmt::format("there is no step {}", options.step));
  Trained step = program.training ? trained_step(program, dtype, options)
                                  : untrained_step(program, dtype, options);
  const Graph& graph = step.batch->graph;
  step.checked.graph = &graph;
  step.checked.result = step.batch->loss;
  step.checked.wrt = checked_nodes(program, graph, options.wrt);
  if (!program.seed_name.empty()) step.checked.seed = graph.find(program.seed_name);

  const bool exact = exact_cost(step.checked, options.exact) <= options.exact.budget;
  const std::vector<NodeId> kept = kept_by_training(program, *step.batch);
  ExactPoint point = dtype == Dtype::float32 ? rounded_point<float>(step.checked, kept, exact)
                                             : rounded_point<double>(step.checked, kept, exact);
  point.batch = step.batch;
  GradientReport report = exact ? check_exactly([&](Working) { return point; }, options.exact)
                                : check_by_doubles(point, options.exact);
  report.title = program.title;
  report.result = name_of_result(program);
  report.at = name_of_step(program, options.step, step.samples);
  report.checked =
      fmt::format("the {} gradients of training", dtype == Dtype::float32 ? "float32" : "float64");
  report.rounded = true;
  return report;
}

namespace {

// One entry: a central difference, Richardson's step from h and h/2 to 0, and an estimate of what
// is left. Ridders (1982, Advances in Engineering Software 4) takes the difference between the two
// orders for that; the forward pass's own rounding comes on top.
class DoubleEntry {
 public:
  DoubleEntry(MovedRun<double>& run, CheckedEntry entry, const Needed& needed)
      : run_(run),
        place_(entry.row + entry.column * run.chosen().rows()),
        needed_(needed),
        found_(std::move(entry)) {}

  CheckedEntry result() {
    const double size = std::max(1.0, std::abs(run_.chosen()(place_)));
    std::optional<Estimate> best;
    // 2^-15: h² is 1e-9, and h⁴, which is left, 1e-18. In a large network some corner is within
    // that now and then: an eighth of the step, and again
    for (double h = std::ldexp(size, -15); h > std::ldexp(size, -32); h /= 8) {
      const auto up = run_.at(place_, h);
      const auto down = run_.at(place_, -h);
      if (!run_.same_pieces(up) || !run_.same_pieces(down)) {
        found_.narrowed = true;
        continue;
      }
      if (run_.leaves_corner(up) || run_.leaves_corner(down))
        return on_corner(h, up.result, down.result);
      const Estimate here = extrapolated(h, up.result, down.result);
      if (!best || here.error < best->error) best = here;
      if (best->error <= found_.unit || found_.narrowed) break;  // less loses more digits
    }
    if (!best) {
      found_.agreement = Agreement::no_choice;
    } else if (!judge_equal(found_, best->value) && !judge(found_, *best, needed_)) {
      found_.agreement = Agreement::undecided;
    }
    return found_;
  }

 private:
  double result_at(double step) { return run_.at(place_, step).result; }
  // a mean of many losses is right to some units in its last place
  double noise(double h) const { return 8 * 0x1p-53 * std::abs(run_.base()) / h; }

  Estimate extrapolated(double h, double up, double down) {
    const double wide = (up - down) / (2 * h);
    const double narrow = (result_at(h / 2) - result_at(-h / 2)) / h;
    const double value = (4 * narrow - wide) / 3;
    if (!std::isfinite(value)) return {Exact(0), std::numeric_limits<double>::infinity()};
    return {Exact::from_double(value), std::abs(value - narrow) + noise(h)};
  }

  // slopes of both sides by three points each, which err by h²
  CheckedEntry on_corner(double h, double up, double down) {
    const double right = (4 * result_at(h / 2) - up - 3 * run_.base()) / h;
    const double left = (down - 4 * result_at(-h / 2) + 3 * run_.base()) / h;
    if (!std::isfinite(left) || !std::isfinite(right)) {  // an overflow, next to the corner
      found_.agreement = Agreement::undecided;
      return found_;
    }
    const auto [low, high] = std::minmax(left, right);
    const double gradient = found_.gradient.to_double();
    found_.slopes = {Exact::from_double(left), Exact::from_double(right)};
    found_.reference_error = 1e-4 * (std::abs(left) + std::abs(right)) + noise(h);
    found_.allowed = found_.rounding + found_.reference_error;
    found_.reference = Exact::from_double(std::clamp(gradient, low, high));
    found_.error = std::abs(gradient - found_.reference.to_double());
    found_.agreement = found_.error <= found_.allowed ? Agreement::corner : Agreement::wrong;
    return found_;
  }

  MovedRun<double>& run_;
  Eigen::Index place_;
  Needed needed_;
  CheckedEntry found_;
};

}  // namespace

double exact_cost(const CheckedGraph& checked, const ExactCheckOptions& options) {
  const std::vector<NodeId> to{checked.result};
  double cost = 2 * cost_of(*checked.graph);  // the values, and the absolute terms
  if (options.entries < 0) return cost;       // the entries are chosen by the budget
  for (const NodeId id : checked.wrt) {
    const std::vector<NodeId> from{id};
    const auto entries = static_cast<double>((*checked.graph)[id].shape.count());
    const double wanted =
        options.entries == 0 ? entries : std::min(entries, static_cast<double>(options.entries));
    std::vector<NodeId> below = nodes_between(*checked.graph, from, to);
    // the first product is only corrected: see MovedRun
    std::erase_if(below, [&](NodeId node) {
      const auto& operands = (*checked.graph)[node].operands;
      return std::ranges::count(operands, id) > 0 &&
             (*checked.graph)[node].operation->law == Law::matmul;
    });
    cost += 4 * wanted * cost_of(*checked.graph, below);
  }
  return cost;
}

GradientReport check_by_doubles(const ExactPoint& point, const ExactCheckOptions& options) {
  const CheckedGraph& checked = point.checked;
  MovedRun<double> run(checked);
  GradientReport report;
  // a thousandth of an entry, or a millionth of the largest, is far less than any mistake makes
  Needed needed{1e-3, 0};
  for (const auto& [id, gradient] : point.gradients) {
    for (const Exact& entry : gradient.reshaped())
      needed.absolute = std::max(needed.absolute, 1e-6 * std::abs(entry.to_double()));
  }
  double own_error = 0;
  for (const NodeId id : checked.wrt) {
    const Node& node = (*checked.graph)[id];
    CheckedParameter parameter{node.name, node.shape, node.shape.count(), {}};
    run.choose(id);
    // a thousand multiplications in the time of one over Exact
    for (const Eigen::Index k : entries_to_check(parameter, options, 1000 * options.budget,
                                                 checked.wrt.size(), run.cost())) {
      CheckedEntry entry = entry_of(point, id, k);
      if (entry.finite) entry = DoubleEntry(run, std::move(entry), needed).result();
      own_error = std::max(own_error, entry.reference_error);
      parameter.checked.push_back(std::move(entry));
    }
    report.parameters.push_back(std::move(parameter));
  }
  report.against = fmt::format(
      "central differences in double, extrapolated to h = 0: they are off by {:.1e} at most",
      own_error);
  return report;
}

}  // namespace tracer

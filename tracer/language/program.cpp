#include "tracer/language/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "tracer/language/built_graphs.hpp"
#include "tracer/language/lines.hpp"
#include "tracer/language/names.hpp"

namespace tracer {

namespace {

bool sums_to_one(const std::vector<Exact>& sample) {
  const Exact sum = std::accumulate(sample.begin(), sample.end(), Exact(0));
  return sum.is_rational() && sum.rational() == 1;
}

// Of zeros and ones, as targets are, without a fraction for each.
bool sums_to_one(const std::vector<float>& sample) {
  const auto ones = std::ranges::count(sample, 1.0F);
  if (ones + std::ranges::count(sample, 0.0F) == std::ssize(sample)) return ones == 1;
  std::vector<Exact> exact;
  for (const float x : sample) exact.push_back(Exact::from_double(x));
  return sums_to_one(exact);
}

template <class S>
bool each_sums_to_one(const Array<S>& value, int axis) {
  const Eigen::Index samples = axis == 0 ? value.cols() : value.rows();
  std::vector<S> sample(static_cast<std::size_t>(axis == 0 ? value.rows() : value.cols()));
  for (Eigen::Index k = 0; k < samples; ++k) {
    for (Eigen::Index i = 0; i < std::ssize(sample); ++i)
      sample[static_cast<std::size_t>(i)] = axis == 0 ? value(i, k) : value(k, i);
    if (!sums_to_one(sample)) return false;
  }
  return true;
}

}  // namespace

bool sums_to_one(const LeafValue& value, int axis) {
  if (const auto* exact = std::get_if<Array<Exact>>(&value)) return each_sums_to_one(*exact, axis);
  if (const auto* drawn = std::get_if<Array<float>>(&value)) return each_sums_to_one(*drawn, axis);
  return false;
}

bool is_distribution(const LeafValue& value, int axis) {
  return sums_to_one(value, axis) && (exact_value(value) >= Exact(0)).all();
}

bool is_one_hot(const LeafValue& value, int axis) {
  if (!sums_to_one(value, axis)) return false;
  const Array<Exact> entries = exact_value(value);
  return (entries == Exact(0) || entries == Exact(1)).all();
}

Array<Exact> exact_value(const LeafValue& value, Working working) {
  if (const auto* exact = std::get_if<Array<Exact>>(&value)) {
    return exact->unaryExpr([&](const Exact& x) { return x.with(working); });
  }
  if (const auto* drawn = std::get_if<Array<float>>(&value)) {
    return drawn->unaryExpr(
        [&](float x) { return Exact::from_double(static_cast<double>(x), working); });
  }
  return {};
}

int Samples::entries(std::size_t name) const { return sample_count(values.at(name), !rows); }

int sample_count(const LeafValue& value, bool rows) {
  return std::visit(
      [&](const auto& all) -> int {
        if constexpr (std::is_same_v<std::decay_t<decltype(all)>, std::monostate>) {
          return 0;
        } else {
          return static_cast<int>(rows ? all.rows() : all.cols());
        }
      },
      value);
}

LeafValue chosen_samples(const LeafValue& value, std::span<const int> samples, bool rows) {
  return std::visit(
      [&](const auto& all) -> LeafValue {
        using All = std::decay_t<decltype(all)>;
        if constexpr (std::is_same_v<All, std::monostate>) {
          return all;
        } else {
          const auto m = static_cast<Eigen::Index>(samples.size());
          All chosen(rows ? m : all.rows(), rows ? all.cols() : m);
          for (Eigen::Index k = 0; k < m; ++k) {
            const int sample = samples[static_cast<std::size_t>(k)];
            if (rows)
              chosen.row(k) = all.row(sample);
            else
              chosen.col(k) = all.col(sample);
          }
          return chosen;
        }
      },
      value);
}

LeafValue Samples::batch(std::size_t name, std::span<const int> samples) const {
  return chosen_samples(values.at(name), samples, rows);
}

Program of_loss(const Program& program, const std::string& loss) {
  Program made = program;
  made.loss = loss;
  made.losses = {loss};
  const bool is_first = loss == program.loss;
  std::erase_if(made.expectations,
                [&](const Expectation& e) { return e.gradient ? e.of != loss : !is_first; });
  return made;
}

int first_batch(const Program& program) {
  if (!program.training || !program.data) return 1;
  return program.training->batch_size == 0 ? program.data->count : program.training->batch_size;
}

namespace {

std::string side(const Size& size) { return fmt::format("{}{}", size.count, size.name); }

}  // namespace

BuiltGraphs::Key BuiltGraphs::key(const Program& program, int batch_size, bool in_evaluation_mode) {
  std::string sizes = program.loss + " " + program.seed_name;
  for (const auto& [name, shape] : program.shapes)
    sizes += fmt::format(" {} {} {}", name, side(shape.rows), side(shape.columns));
  if (program.data) {
    sizes += program.data->rows ? " rows" : " columns";
    for (std::size_t i = 0; i < program.data->names.size(); ++i)
      sizes += fmt::format(" {} {}", program.data->names[i], program.data->entries(i));
  }
  return {batch_size, in_evaluation_mode, std::move(sizes)};
}

std::shared_ptr<const BatchGraph> BuiltGraphs::find(const Key& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = graphs_.find(key);
  return found == graphs_.end() ? nullptr : found->second;
}

std::shared_ptr<const BatchGraph> BuiltGraphs::keep(const Key& key, BatchGraph graph) {
  auto made = std::make_shared<const BatchGraph>(std::move(graph));
  const std::lock_guard lock(mutex_);
  return graphs_.try_emplace(key, std::move(made)).first->second;
}

std::shared_ptr<const BatchGraph> Program::graph(int batch_size, bool in_evaluation_mode) const {
  const BuiltGraphs::Key key = BuiltGraphs::key(*this, batch_size, in_evaluation_mode);
  if (auto found = built->find(key)) return found;
  Diagnostics diagnostics;
  Names names(*source, *syntax, diagnostics);
  for (const std::string& name : given) names.give(name);
  for (const auto& [name, value] : constants) names.constants[name] = {value, flat.contains(name)};
  BatchGraph made = build_lines(*this, names, batch_size, in_evaluation_mode, diagnostics);
  diagnostics.throw_if_errors(*source);
  return built->keep(key, std::move(made));
}

}  // namespace tracer

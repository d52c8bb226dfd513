#include "tracer/language/built_graphs.hpp"

#include <fmt/format.h>

namespace tracer {
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

}  // namespace tracer

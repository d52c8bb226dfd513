#include "tracer/language/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tracer/language/constants.hpp"
#include "tracer/language/functions.hpp"

namespace tracer {

using namespace ast;

LineBuilder::LineBuilder(const Program& program, Names& names, int batch_size, bool evaluation_mode,
                         Diagnostics& diagnostics)
    : program_(program),
      names_(names),
      diagnostics_(diagnostics),
      evaluation_mode_(evaluation_mode) {
  built_.batch_size = batch_size;
}

BatchGraph LineBuilder::build() {
  declare_leaves();
  const auto counts_outside = names_.count_of;
  names_.count_of = [this](ExprId id) -> std::optional<Rational> {
    const std::optional<Size> size = count(id);
    if (size && !size->known()) {
      throw BadStatement{
          span(id), fmt::format("{} is {}, which has no number here", names_.text(id), size->name)};
    }
    return size ? std::optional<Rational>(size->count) : std::nullopt;
  };
  for (names_.at = 0; names_.at < names_.lesson.statements.size(); ++names_.at) {
    const auto* assign = std::get_if<Assign>(&names_.lesson.statements[names_.at]);
    if (assign == nullptr || diagnostics_.full()) continue;
    if (names_.is_repeated(names_.at)) {
      names_.broken.insert(assign->name.text);  // what is below may mean either of the two
      continue;
    }
    if (!read_or_report(diagnostics_, [&] { line(*assign); }))
      names_.broken.insert(assign->name.text);
  }
  names_.count_of = counts_outside;
  if (!names_.incomplete) read_or_report(diagnostics_, [&] { choose_loss(); });
  built_.output = output_of(built_, names_.rows);
  return std::move(built_);
}

// The batch is called m, unless the lesson calls something else so.
std::string LineBuilder::batch_name() const {
  for (const char* name : {"m", "N", "samples"}) {
    const Definition* definition = names_.definition(name);
    if (definition == nullptr) return name;
    const auto* line = definition->kind == Definition::Kind::line
                           ? std::get_if<Assign>(&names_.lesson.statements[definition->statement])
                           : nullptr;
    if (line != nullptr && is_count(names_.lesson, line->value)) return name;  // m = X.shape[1]
  }
  return "m";
}

void LineBuilder::declare_leaves() {
  const auto declare = [&](LeafKind kind, const std::string& name, const Shape& shape) {
    const NodeId id = built_.graph.leaf(kind, name, shape);
    built_.leaves[name] = id;
    nodes_[name] = id;
    if (const Definition* definition = names_.definition(name))
      built_.places[id] = definition->span;
  };
  for (const std::string& name : program_.given)
    declare(LeafKind::input, name, program_.shapes.at(name));
  for (const Statement& statement : names_.lesson.statements) {
    if (const auto* leaf = std::get_if<Leaf>(&statement)) {
      const std::string& name = leaf->name.text;
      if (!program_.shapes.contains(name) || nodes_.contains(name)) continue;  // has a mistake
      declare(leaf->role == Leaf::Role::param ? LeafKind::parameter : LeafKind::input, name,
              program_.shapes.at(name));
    }
    const auto* data = std::get_if<Data>(&statement);
    if (data == nullptr || data->role != Data::Role::train || !program_.data) continue;
    const int m = built_.batch_size;
    const Size samples{m, m > 1 ? batch_name() : ""};
    for (std::size_t i = 0; i < program_.data->names.size(); ++i) {
      const std::string& name = program_.data->names[i];
      const Size features{std::max(program_.data->entries(i), 1), ""};
      if (!nodes_.contains(name)) {
        declare(LeafKind::data, name,
                program_.data->rows ? Shape{samples, features} : Shape{features, samples});
      }
    }
  }
}

void LineBuilder::line(const Assign& assign) {
  const std::string& name = assign.name.text;
  if (names_.broken.contains(name)) return;
  if (program_.constants.contains(name)) return;  // n = 3: known already
  line_name_ = name;
  parts_.clear();
  if (is_count(names_.lesson,
               assign.value)) {  // m = X.shape[1] is a constant, and no step of the derivation
    const Size size = count(assign.value).value();
    if (!size.known()) {
      nodes_[name] = count_value(size).node;
      return;
    }
    names_.constants[name] = {Array<Exact>::Constant(1, 1, Exact(size.count)), false};
    nodes_[name] = count_value({size.count, name}).node;
    return;
  }
  NodeId id = node(assign.value);
  id = built_.graph.name(id, name);
  built_.places[id] = assign.span;
  built_.texts[id] = names_.text(assign.value);
  built_.lines.push_back(id);
  nodes_[name] = id;
}

void LineBuilder::choose_loss() {
  if (names_.broken.contains(program_.loss) || program_.loss.empty()) return;
  const auto found = nodes_.find(program_.loss);
  if (found == nodes_.end()) return;
  built_.loss = found->second;
  built_.prediction = find_prediction();
  if (!program_.seed_name.empty())
    return;  // an upstream gradient fits any shape; purposes.cpp checks it
  const Shape& of_loss = shape(built_.loss);
  if (of_loss.is_scalar()) return;
  const Span at = names_.definition(program_.loss)->span;
  const Size& along = names_.rows ? of_loss.rows : of_loss.columns;
  const Size& across = names_.rows ? of_loss.columns : of_loss.rows;
  if (program_.data && across.is_one() && along.count == built_.batch_size) {
    // one entry a sample: the mean over the batch, a line of its own that the derivation shows
    const NodeId mean =
        apply(operation_for(Law::mean), {built_.loss}, built_.places.at(built_.loss));
    built_.loss = built_.graph.name_batch_mean(mean, program_.loss);
    built_.texts[mean] = built_.graph[mean].name;
    built_.lines.push_back(mean);
    return;
  }
  throw BadStatement{
      at,
      fmt::format("{} is {}; a loss must be a single number", program_.loss, to_string(of_loss)),
      remedy_of_matrix(program_.loss)};
}

// What may have been meant by a loss that is no single number.
std::string LineBuilder::remedy_of_matrix(const std::string& loss) const {
  const auto& line = std::get<Assign>(names_.lesson.statements[names_.definition(loss)->statement]);
  if (const std::string inner = inner_product_of(line.value); !inner.empty())
    return fmt::format("a row times a column, entry by entry, is a matrix; the inner product is {}",
                       inner);
  const auto* grad = first_of<Grad>(names_.lesson);
  if (grad != nullptr && !grad->wrt.empty())
    return fmt::format(
        "for a gradient make a single number of it, e.g. L = mean({0}), and differentiate that: "
        "derive --jacobians then shows ∂{0}/∂{1} too; or give what comes from above: "
        "grad {0} wrt {1} with d{0}",
        loss, grad->wrt[0].text);
  return fmt::format("average it, e.g. mean({0}) or mse(...); or name another line: grad NAME",
                     loss);
}

// x.T @ x for x.T * x and for x * x.T, where x is a column; empty: it is no such product.
std::string LineBuilder::inner_product_of(ExprId id) const {
  const auto* product = names_.as<Binary>(id);
  if (product == nullptr || product->op != BinaryOperator::multiply) return "";
  const auto side = [&](ExprId operand) -> std::optional<Shape> {
    const auto* turned = names_.as<Attribute>(operand);
    const bool is_turned = turned != nullptr && turned->name.text == "T";
    const auto* name = names_.as<Name>(is_turned ? turned->object : operand);
    const auto found = name == nullptr ? nodes_.end() : nodes_.find(name->text);
    if (found == nodes_.end()) return std::nullopt;
    const Shape& of = shape(found->second);
    return is_turned ? Shape{of.columns, of.rows} : of;
  };
  const auto left = side(product->left), right = side(product->right);
  if (!left || !right || left->is_scalar() || right->is_scalar()) return "";
  const auto fits = [](const Shape& row, const Shape& column) {
    return row.rows.is_one() && column.columns.is_one() && row.columns == column.rows;
  };
  const std::string a = names_.text(product->left), b = names_.text(product->right);
  if (fits(*left, *right)) return fmt::format("{} @ {}", a, b);
  return fits(*right, *left) ? fmt::format("{} @ {}", b, a) : "";
}

NodeId LineBuilder::find_prediction() const {
  if (const auto* predict = first_of<Predict>(names_.lesson)) {
    const auto found = nodes_.find(predict->name.text);
    return found == nodes_.end() ? -1 : found->second;
  }
  // the first argument of the loss: searched backward from the loss, nearest first
  std::set<NodeId> seen{built_.loss};
  std::vector<NodeId> pending{built_.loss};
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const Node& at = built_.graph[pending[i]];
    if (at.operation != nullptr && at.operation->loss != nullptr) return at.operands[0];
    for (const NodeId operand : at.operands) {
      if (seen.insert(operand).second) pending.push_back(operand);
    }
  }
  return -1;
}

BatchGraph build_lines(const Program& program, Names& names, int batch_size, bool evaluation_mode,
                       Diagnostics& diagnostics, std::set<std::string>* used) {
  LineBuilder builder(program, names, batch_size, evaluation_mode, diagnostics);
  BatchGraph built = builder.build();
  if (used != nullptr) *used = builder.used();
  return built;
}

}  // namespace tracer

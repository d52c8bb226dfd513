// The named lines of a lesson as a graph, for a batch of m samples: formulas.cpp reads expressions,
// broadcasting.cpp fits shapes to each other (and says what is wrong where they don't),
// functions.cpp and layers.cpp know the functions. Every broadcast becomes a node of its own, for
// the graph broadcasts nothing. Next: formulas.cpp.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/language/names.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

/// A call of a function or a method: W.dot(X) has W as its first argument.
struct CallSite {
  Span span;
  ast::Word function;
  std::vector<ast::ExprId> arguments;
  const std::vector<ast::Keyword>* keywords;
  bool is_method = false;

  const ast::Keyword* keyword(std::string_view name) const;
};

class LineBuilder {
 private:
  struct Value;
  using Reader = Value (LineBuilder::*)(const CallSite&);

 public:
  /// `names` has the program's constants, and the names that are broken.
  LineBuilder(const Program& program, Names& names, int batch_size, bool evaluation_mode,
              Diagnostics& diagnostics);

  /// Reads every line. Mistakes go to the diagnostics.
  BatchGraph build();
  /// The names that some line used.
  const std::set<std::string>& used() const { return used_; }
  /// The functions that are read in a way of their own, and not simply as an operation applied to
  /// its arguments.
  static const std::map<std::string_view, Reader>& readers();

 private:
  /// What an expression is: a node, or a number that is still to be folded with its neighbours.
  struct Value {
    NodeId node = -1;
    std::optional<Rational> literal = {};
  };

  // ---- lines (lines.cpp)
  void declare_leaves();
  void line(const ast::Assign&);
  void choose_loss();
  std::string remedy_of_matrix(const std::string& loss) const;
  std::string inner_product_of(ast::ExprId) const;
  NodeId find_prediction() const;
  std::string batch_name() const;

  // ---- expressions (formulas.cpp)
  Value evaluate(ast::ExprId);
  Value named(const std::string& name, Span);
  Value unary(const ast::Unary&, Span);
  Value negated(const Value&, Span);
  Value binary(const ast::Binary&, Span);
  static const Operation& comparison(ast::BinaryOperator);
  Value attribute(const ast::Attribute&, Span);
  Value index(ast::ExprId);
  Value new_axis(const ast::Index&, NodeId object, Span);
  std::optional<Size> count(ast::ExprId);
  Value count_value(const Size&);
  std::optional<Size> dimension(const std::string& name) const;
  NodeId node(const Value&, Span);
  NodeId node(ast::ExprId id) { return node(evaluate(id), span(id)); }
  NodeId constant_matrix(ast::ExprId);
  NodeId apply(const Operation&, std::vector<NodeId> operands, Span, Attributes = {});
  Span span(ast::ExprId id) const { return names_.span(id); }
  const Shape& shape(NodeId id) const { return built_.graph[id].shape; }
  bool is_flat(ast::ExprId) const;

  // ---- shapes (broadcasting.cpp)
  static std::optional<Shape> common_shape(const Shape&, const Shape&);
  NodeId broadcast(NodeId, const Shape& to, Span);
  Value entrywise(const Operation&, Value a, ast::ExprId a_id, Value b, ast::ExprId b_id, Span,
                  std::string_view verb);
  NodeId matmul(NodeId a, ast::ExprId a_id, NodeId b, ast::ExprId b_id, Span);
  bool are_two_vectors(NodeId a, NodeId b) const;
  NodeId inner_product(NodeId a, NodeId b, Span);
  void remark_on_flat(ast::ExprId, NodeId, const Shape& other);
  std::string described(ast::ExprId, const Shape&, std::string_view otherwise) const;
  std::string factor_text(ast::ExprId) const;
  std::string entrywise_remedy(std::string_view verb, ast::ExprId a_id, const Shape& a,
                               ast::ExprId b_id, const Shape& b) const;
  bool has_samples_in_rows(ast::ExprId, const Shape& right) const;
  [[noreturn]] void fail_matmul(ast::ExprId a_id, const Shape& a, ast::ExprId b_id, const Shape& b,
                                Span) const;

  // ---- functions (functions.cpp, layers.cpp)
  Value call(const CallSite&);
  template <ast::BinaryOperator op>
  Value arithmetic(const CallSite&);
  Value negative(const CallSite&);
  Value as_it_is(const CallSite&);
  Value length(const CallSite&);
  Value general(const CallSite&, std::span<const Operation* const>);
  Value reduction(const CallSite&, std::span<const Operation* const>);
  Value reduced(const CallSite&, std::span<const Operation* const>);
  Value norm(const CallSite&);
  Value largest(const CallSite&);
  Value smallest(const CallSite&);
  Value spread(const CallSite&);
  Rational taken_off_count(const CallSite&) const;
  Value running_sum(const CallSite&);
  Value diagonal(const CallSite&);
  NodeId smoothed(NodeId targets, int axis, ast::ExprId share);
  Value clip(const CallSite&);
  Value clip_from_below(const CallSite&);
  Value clip_from_above(const CallSite&);
  Value clipped(const CallSite&, std::optional<ast::ExprId> low, std::optional<ast::ExprId> high);
  Value where(const CallSite&);
  Value dot(const CallSite&);
  Value transpose(const CallSite&);
  Value reshape(const CallSite&);
  Value concat(const CallSite&);
  Value fill(const CallSite&);
  Value fill_like(const CallSite&);
  Value by_sample(const CallSite&, const Operation&);
  /// Which way a sample of `x` lies where no axis is said, and why that is not as the lesson's
  /// layout has it (empty: it is).
  struct SampleAxis {
    int axis;
    std::string why = {};
  };
  SampleAxis sample_axis(ast::ExprId, NodeId) const;
  std::optional<int> made_along(NodeId) const;
  int sample_axis_of(const CallSite&, std::optional<ast::ExprId> positional, ast::ExprId, NodeId);
  Value with_numbers(const CallSite&, const Operation&);
  std::vector<Rational> numbers_of(const CallSite&, std::span<const Setting>, std::size_t first);
  void require_settings(const CallSite&, std::span<const Setting>,
                        const std::vector<std::string_view>& others) const;
  Value layer(const CallSite&, const Operation&);
  NodeId mask_of(const CallSite&, ast::ExprId, NodeId mask, NodeId a);
  NodeId drawn_mask(const CallSite&, NodeId a, const Rational& drop);
  std::vector<NodeId> loss_operands(const CallSite&, const Operation&);
  void refuse_swapped(const CallSite&, const Operation&, NodeId first, NodeId second) const;
  void refuse_module(const CallSite&) const;
  void fail_if_pasted(const CallSite&) const;
  bool stands_for_value(const CallSite&) const;
  void require_arguments(const CallSite&, std::size_t least, std::size_t most) const;
  void require_keywords(const CallSite&, std::span<const std::string_view> known) const;
  void require(const CallSite&, std::size_t least, std::size_t most,
               std::initializer_list<std::string_view> keywords = {}) const;
  void require_same_shape(const CallSite&, NodeId a, NodeId b, std::string_view otherwise) const;
  std::string_view library_of(const CallSite&) const;
  bool is_of_library(const CallSite&) const;
  bool is_axis_second(const CallSite&) const;
  std::optional<int> axis_of(const CallSite&, std::optional<ast::ExprId> positional) const;
  /// The same where an axis may stand second: sum(x, 1).
  std::optional<int> axis_of(const CallSite& site) const {
    return axis_of(site,
                   site.arguments.size() == 2 ? std::optional(site.arguments[1]) : std::nullopt);
  }
  void fail_if_logits(const CallSite&, const Operation&, NodeId) const;
  std::pair<NodeId, bool> probability_source(NodeId) const;
  bool has_probability(NodeId) const;
  NodeId state(const std::string& name, const Shape&, int value);
  std::string part_name(std::string_view what);

  const Program& program_;
  Names& names_;
  Diagnostics& diagnostics_;
  bool evaluation_mode_;
  BatchGraph built_;
  std::map<std::string, NodeId> nodes_;   // what names stand for: leaves, constants, lines
  std::map<std::string, NodeId> counts_;  // constants that sizes are called by
  std::set<std::string> used_;
  std::set<ast::ExprId> remarked_;
  std::string line_name_;             // of the line that is being read
  std::map<std::string, int> parts_;  // how many running_mean, mask ... this line has already
};

/// Builds the graph for a batch of m samples.
BatchGraph build_lines(const Program&, Names&, int batch_size, bool evaluation_mode, Diagnostics&,
                       std::set<std::string>* used = nullptr);

}  // namespace tracer

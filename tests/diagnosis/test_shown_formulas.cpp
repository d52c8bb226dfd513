// The wrong formula that is shown is the formula that was computed, and the right one is right; so is
// what a sheet is compared with: for every mistake of the catalogue, at every place of some lessons.
#include <map>
#include <set>

#include "tests/catch.hpp"
#include "tests/diagnosis/asked.hpp"
#include "tests/diagnosis/planted_net.hpp"
#include "tracer/diagnosis/findings.hpp"
#include "tracer/error.hpp"
#include "tracer/op/all.hpp"
#include "tracer/render/text_block.hpp"

using namespace tracer;
using namespace tracer::asked;

namespace {

constexpr long double factor = 0.75L;

// One formula that is shown, as nodes of a graph that computes all of it.
struct Computed {
  std::string what;
  NodeId wrong, right;              // the formulas
  NodeId with_mistake, without_it;  // the whole gradients; −1: 0
  std::optional<NodeId> on_sheet;   // the formula of the whole gradient, where there is one
  bool alone;                       // one line alone uses the value
};

class Formulas {
 public:
  explicit Formulas(const Subject& subject)
      : subject_(subject),
        back_(subject.batch().graph, subject.batch().loss,
              subject.program.seed_name.empty()
                  ? -1
                  : subject.batch().graph.find(subject.program.seed_name)),
        catalogue_(subject.batch(), back_),
        rules_(subject.batch(), wanted(subject), subject.program.seed_name),
        formulas_(back_, rules_) {
    const NodeId size = back_.forward_size();
    for (NodeId id = 0; id < size; ++id) {
      if (!back_.is_live(id)) continue;
      for (const auto& [user, operand] : back_.uses(id)) {
        for (const Mistake& mistake : catalogue_.of_contribution(user, operand)) shown(mistake);
      }
      if (back_.graph()[id].is_named()) {
        for (const Mistake& mistake : catalogue_.of_total(id)) shown(mistake);
      }
    }
    append();
  }

  const std::vector<Computed>& computed() const { return computed_; }
  const std::map<std::string_view, std::set<int>>& seen() const { return seen_; }
  // which are not what they should be, in words
  std::vector<std::string> complaints() const {
    Tape<double> tape(graph_, std::span<const NodeId>{});
    for (const auto& [name, values] : subject_.at.point) tape.own_value(graph_.find(name)) = values;
    tape.forward();
    std::vector<std::string> all;
    for (const Computed& one : computed_) {
      const Array<double> wrong = tape.value(one.wrong);
      const Array<double> right = tape.value(one.right);
      const auto whole = [&](NodeId node) -> Array<double> {
        return node < 0 ? Array<double>(Array<double>::Zero(right.rows(), right.cols()))
                        : Array<double>(tape.value(node));
      };
      const Array<double> change = whole(one.with_mistake) - whole(one.without_it);
      const double size = 1e-9 * (1 + wrong.abs().maxCoeff() + right.abs().maxCoeff() +
                                  whole(one.without_it).abs().maxCoeff());
      if (!((wrong - right - change).abs().maxCoeff() <= size))
        all.push_back(one.what + ": is not what the mistake does");
      if (one.on_sheet &&
          !((whole(*one.on_sheet) - whole(one.with_mistake)).abs().maxCoeff() <= size))
        all.push_back(one.what + ": on a sheet it is something else");
      if (one.alone && !((right - whole(one.without_it)).abs().maxCoeff() <= size))
        all.push_back(one.what + ": what is said to be right is not");
    }
    return all;
  }

 private:
  struct Waiting {
    std::string what;
    LineFormula formula;
    std::optional<Symbol> on_sheet;
    std::map<Quantity, NodeId> leaves;
    NodeId with_mistake, without_it;
    bool alone;
  };

  static std::vector<NodeId> wanted(const Subject& subject) {
    std::vector<NodeId> ids;
    for (const std::string& name : subject.program.wrt)
      ids.push_back(subject.batch().graph.find(name));
    return ids;
  }

  void shown(const Mistake& mistake) {
    seen_[mistake.kind.id].insert(mistake.kind.seen);
    const Explanation::Part part{&mistake, mistake.edit->has_factor ? factor : 1, std::nullopt};
    const auto formula = shown_formula(formulas_, part);
    if (!formula) return;
    const NodeId before = back_.graph().size();
    try {
      BackwardGraph::Pass right = back_.pass();
      BackwardGraph::Pass wrong = back_.edited(back_.pass(), mistake.edit, part.factor);
      Waiting made{
          std::string(mistake.kind.id) + " of " + back_.graph()[formula->of].name + ": " +
              text_line(write(formula->wrong)) + ", not " + text_line(write(formula->right)),
          *formula,
          mistake.edit->has_factor ? std::nullopt : formulas_.gradient_of(formula->of, mistake),
          {},
          back_.gradient(wrong, formula->of),
          back_.gradient(right, formula->of),
          is_alone(formula->of)};
      std::vector<const Symbol*> sides{&formula->wrong, &formula->right};
      if (made.on_sheet) sides.push_back(&*made.on_sheet);
      for (const Symbol* side : sides) {
        substitute(*side, [&](const Symbol& leaf) -> std::optional<Symbol> {
          const Quantity& what = leaf.stands_for();
          if (what.kind == Quantity::adjoint)
            made.leaves[what] = back_.gradient(wrong, back_.graph().node_of(what));
          else if (what != Quantity::factor)
            made.leaves[what] = back_.graph().node_of(what);
          return std::nullopt;
        });
      }
      for (const auto& [what, node] : made.leaves) {
        CAPTURE(made.what, what.name);
        REQUIRE(node >= 0);
      }
      waiting_.push_back(std::move(made));
    } catch (const ShapeError&) {  // a mistake that can't be made here
      back_.cut(before);
    }
  }

  bool is_alone(NodeId of) {
    std::set<NodeId> lines;
    for (const auto& use : back_.uses(of)) lines.insert(catalogue_.line_of(use.first));
    return lines.size() == 1;
  }

  void append() {
    graph_ = back_.graph();
    const NodeId k = graph_.constant(Rational(3, 4));
    for (Waiting& one : waiting_) {
      one.leaves[Quantity::factor] = k;
      const Shape shape = graph_[one.formula.of].shape;
      const auto append = [&](const Symbol& formula) {
        NodeId node = graph_.append(formula, one.leaves);
        if (!(graph_[node].shape == shape)) {  // of numbers alone
          Attributes to;
          to.shape = shape;
          node = graph_.apply(op::operation<op::Broadcast<Over::all>>(), {node}, to);
        }
        return node;
      };
      computed_.push_back({one.what, append(one.formula.wrong), append(one.formula.right),
                           one.with_mistake, one.without_it,
                           one.on_sheet ? std::optional(append(*one.on_sheet)) : std::nullopt,
                           one.alone});
    }
  }

  const Subject& subject_;
  BackwardGraph back_;
  Catalogue catalogue_;
  Rules rules_;
  LineFormulas formulas_;
  Graph graph_;
  std::vector<Waiting> waiting_;
  std::vector<Computed> computed_;
  std::map<std::string_view, std::set<int>> seen_;
};

const std::vector<std::pair<std::string, std::string>>& lessons() {
  static const std::string data =
      "data X, Y in ([1, 0.5], [1, 0]), ([-0.5, 1.5], [0, 1]), ([2, -1], [1, 0]), ([0.25, -0.75], "
      "[0, 1])";
  static const std::string weights =
      "param W1 = [[1.5, -0.5], [-0.75, 1.25]]\nparam b1 = [0.25, -0.5]\n"
      "param W2 = [[0.5, -1], [1.25, 0.5]]\nparam b2 = [-0.25, 0.5]\n";
  static const std::string train = "train L with sgd(lr=0.1), batch_size=all\n";
  static const std::vector<std::pair<std::string, std::string>> all{
      {"classes", weights + data +
                      "\nZ1 = W1 @ X + b1\nA1 = tanh(Z1)\nZ2 = W2 @ A1 + b2\nP = softmax(Z2)\n" +
                      "L = cross_entropy(P, Y) + 0.03*l2(W1) + 0.03*l2(W2)\n" + train},
      {"logits, one line a layer",
       weights + data + "\nA1 = leaky_relu(W1 @ X + b1)\nZ2 = W2 @ sigmoid(W2 @ A1 + b2) + b1\n" +
           "L = softmax_cross_entropy(Z2, Y)\n" + train},
      {"paths and squares", weights + data +
                                "\nA = sigmoid(W1 @ X + b1)\nB = A*A + tanh(W2 @ A)\nS = A + B\n" +
                                "P = sigmoid(S + b2)\nL = mse(P, Y)\n" + train},
      {"samples in rows", weights.substr(0, weights.find("param b1")) +
                              "param b1 = [[0.25, -0.5]]\nparam W2 = [[0.5, -1], [1.25, 0.5]]\n" +
                              data + ", samples=\"rows\"\nZ1 = X @ W1 + b1\nA1 = relu(Z1)\n" +
                              "P = sigmoid(A1 @ W2)\nL = bce(P, Y)\n" + train},
      {"norm and dropout",
       weights + "param gamma = [1.5, 0.5]\nparam beta = [0.25, -1]\n" +
           "input mask = [[1, 0, 1, 1], [0, 1, 1, 1]]\n" + data +
           "\nZ1 = W1 @ X + b1\nN = batch_norm(Z1, gamma, beta)\nA1 = elu(N)\n" +
           "D = dropout(A1, 0.4, mask=mask)\nZ2 = W2 @ D + b2\nL = half_mse(Z2, Y)\n" + train},
      {"spelt out", weights + data +
                        "\nZ1 = W1 @ X + b1\nA1 = 1/(1 + np.exp(-Z1))\nZ2 = W2 @ A1 + b2\n" +
                        "A2 = np.maximum(Z2, 0)\nL = np.mean((A2 - Y)**2)\n" + train},
      {"scalars",
       "param w1 = 0.5\nparam b1 = 0.1\nparam w2 = -0.75\nparam b2 = 0.2\ndata x, y in (1.5, 1)\n"
       "z1 = w1*x + b1\na1 = tanh(z1)\nz2 = w2*a1 + b2\nL = 0.5*(z2 - y)**2\n" +
           std::string("train L with sgd(lr=0.1), batch_size=1\n")},
      {"upstream",
       "param W = [[1, 2], [0.5, -1]]\nparam b = [0.5, 0]\ninput X = [[1, -1], [2, 0.25]]\n"
       "input dY = [[1, -2], [-3, 0.5]]\nZ = W @ X + b\nY = softplus(Z)\ngrad Y wrt W, b, X with "
       "dY\n"}};
  return all;
}

}  // namespace

TEST_CASE("shown formulas: the wrong one is what the mistake computes, the right one is right",
          "[diagnosis][mistake][symbol]") {
  std::size_t compared = 0;
  std::size_t on_sheets = 0;
  for (const auto& [name, text] : lessons()) {
    CAPTURE(name);
    const Subject subject(text);
    const Formulas formulas(subject);
    CHECK(formulas.computed().size() > 10);
    for (const std::string& complaint : formulas.complaints()) FAIL_CHECK(complaint);
    compared += formulas.computed().size();
    for (const Computed& one : formulas.computed()) on_sheets += one.on_sheet ? 1 : 0;
  }
  CHECK(compared > 600);
  CHECK(on_sheets > 100);
}

TEST_CASE(
    "a kind of mistake was seen as often wherever it stands, and never only where that is said",
    "[diagnosis][mistake]") {
  std::map<std::string_view, std::set<int>> seen;
  for (const auto& [name, text] : lessons()) {
    const Subject subject(text);
    const Formulas formulas(subject);
    for (const auto& [id, figures] : formulas.seen())
      seen[id].insert(figures.begin(), figures.end());
  }
  CHECK(seen.size() > 35);
  const std::set<std::string_view> never{"batchnorm_deviation_missing",
                                         "batchnorm_gamma_missing",
                                         "batchnorm_param_grads",
                                         "bias_mean_over_batch_of_unit_sums",
                                         "bias_one_sample",
                                         "bias_row_sum_of_dW",
                                         "bias_sum_wrong_axis",
                                         "dropout_twice",
                                         "factor_left_out",
                                         "gradient_transposed",
                                         "leaky_slope",
                                         "log_slope_missing",
                                         "logits_for_probabilities",
                                         "loss_term_missing",
                                         "one_side_everywhere",
                                         "output_activation_twice",
                                         "preactivation_for_activation",
                                         "sides_swapped",
                                         "sign",
                                         "slope_on_skip",
                                         "softmax_sum_left_out",
                                         "softmax_wrong_axis",
                                         "targets_inverted",
                                         "updated_weights_for_gradient",
                                         "upstream_of_wrong_line",
                                         "upstream_transposed",
                                         "weights_of_wrong_layer"};
  for (const auto& [id, figures] : seen) {
    CAPTURE(id);
    CHECK(figures.size() == 1);
    CHECK((never.contains(id) || !figures.contains(0)));
  }
}

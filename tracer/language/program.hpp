// A lesson after it has been understood: the graph, the values of its leaves, the samples, and what
// is to be done. The parser's tree becomes one of these in elaborate.hpp; derive/, train/ and
// check/ start from here.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "datasets/split.hpp"
#include "tracer/graph/graph.hpp"
#include "tracer/language/source.hpp"
#include "tracer/number/rational.hpp"
#include "tracer/optimize/schedule.hpp"

namespace tracer {

namespace ast {
struct Lesson;
}
class BuiltGraphs;

/// The value of a leaf. Written-out numbers are exact; drawn ones (initialisers, generators) are
/// float32 numbers, so that every scalar type gets the same. Nothing: a leaf in symbols.
using LeafValue = std::variant<std::monostate, Array<Exact>, Array<float>>;

/// The same value over another scalar.
Array<Exact> exact_value(const LeafValue&, Working working = {});

/// Exactly, each column (axis 0) or row (axis 1); false where there are no numbers.
bool sums_to_one(const LeafValue&, int axis);
/// Each sample has a single 1 and else zeros; or probabilities, none below 0, that sum to 1.
bool is_one_hot(const LeafValue&, int axis);
bool is_distribution(const LeafValue&, int axis);

/// Those samples (from 0) of a value that has one in each column (row).
LeafValue chosen_samples(const LeafValue&, std::span<const int> samples, bool rows);
/// How many samples such a value has; 0 where it has no numbers.
int sample_count(const LeafValue&, bool rows);

/// What a formula may be simplified by: `input y: (k) one_hot`. The words for it, in this order, are
/// in elaborate.cpp.
enum class Assumption {
  one_hot,        ///< each sample has one 1, and 0 elsewhere
  probabilities,  ///< the entries of each sample are above 0 and sum to 1
  positive        ///< every entry is above 0
};

/// normalise="standard"
enum class Normalisation { none, standard, minmax };

/// What is known of the samples of one data statement beside their values.
struct SamplesHead {
  std::vector<std::string> names;    ///< x, y
  int count = 0;                     ///< m: all samples, not the batch
  bool rows = false;                 ///< samples="rows"
  std::string source;                ///< "mnist test": for tables and messages; empty: written out
  std::vector<std::string> classes;  ///< of a data set with classes: their names
  int image_rows = 0;  ///< of pictures (the first name holds their pixels, row by row); else 0
  int image_columns = 0;
  std::optional<Columns> columns;  ///< of a CSV file: which of its columns is what
  Normalisation normalisation = Normalisation::none;  ///< what the statement asks for
  std::optional<Scaling> scaling;  ///< its numbers: done to the first name's features, and to be
                                   ///< done to whatever is predicted (parts.hpp)
};

/// For each name a matrix that holds all samples, one per column (or per row).
struct Samples : SamplesHead {
  std::vector<LeafValue> values;  ///< features × m, or m × features where samples are rows
  /// How many numbers a sample has under that name; 0 where it has no values.
  int entries(std::size_t name) const;
  /// Those samples (from 0), as the layout has them.
  LeafValue batch(std::size_t name, std::span<const int> samples) const;
  std::vector<std::string> remarks = {};  ///< of the file's reader, on how it was read
};

/// `sgd(lr=0.01, momentum=0.9)`: a name and numbers; which there are, and their defaults, optimize/
/// knows.
struct OptimizerCall {
  std::string name;
  std::map<std::string, Rational> numbers;
  std::map<std::string, bool> flags;  ///< nesterov=True
  Span span;
  /// It is no rule for one step, but a search that tries several points, each with all samples:
  /// L-BFGS.
  bool searches() const { return name == "lbfgs"; }
};

struct Training {
  std::string loss;
  OptimizerCall optimizer;
  int batch_size = 1;  ///< 0: all
  int epochs = 1;
  bool shuffle = false;
  std::optional<Rational> validation;  ///< the share of the data that is held out to watch
  std::optional<Rational> test;        ///< the share held out before that, for the end
  bool stratify = true;                ///< every class keeps its share in what is held out
  Schedule schedule;
  std::optional<Rational> clip_norm;   ///< gradients are scaled to a joint 2-norm of at most this
  std::optional<Rational> clip_value;  ///< every entry of a gradient is cut to ± this
  std::optional<unsigned> split_seed = {};  ///< of what is held out; nothing: the lesson's seed
  int folds = 0;  ///< of cross-validation; 0: a share is held out, or nothing
  int fold = 1;   ///< which of them is held out, from 1
  /// Of what is not held out, so much is trained on: a share below 1, or a number of samples.
  std::optional<Rational> train_size = {};
  enum class Monitor { loss, accuracy, f1 };
  Monitor monitor = Monitor::loss;  ///< of the validation data; without them, of the training data
  bool early_stopping = false;      ///< by what is monitored
  int patience = 10;                ///< epochs without improvement before it stops
  Rational min_delta{0};            ///< what counts as an improvement
  bool restore_best = true;         ///< the weights of the best epoch come back at the end

  bool validates() const { return validation || folds > 0; }  ///< on some of the data
  /// Not all the data are trained on.
  bool holds_out() const { return validates() || test || train_size; }
};

/// `expect after sample 2: w1 = 1.0583 within 0.0005`
struct Expectation {
  enum class When { first, sample, step, epoch, finally };
  enum class Relation { equal, at_most, at_least };
  When when = When::first;
  int number = 0;      ///< sample, step or epoch, from 1
  int epoch = 0;       ///< `epoch 2 sample 1`: 2; else 0
  bool after = false;  ///< parameters after that step's update
  std::string name;    ///< w1; of a gradient: the variable; metric: accuracy, loss, f1
  bool gradient = false;
  std::string of;  ///< dL/dw1: L
  bool metric = false;
  std::optional<std::pair<int, int>> index;  ///< W1[0, 1]
  Relation relation = Relation::equal;
  Array<Exact> wanted;              ///< 1×1, or the whole matrix
  int decimals = -1;                ///< decimals that were written; -1: a fraction or an expression
  std::vector<int> entry_decimals;  ///< of a list: of each entry of `wanted`, column by column
  std::optional<Rational> within;
  std::string on;  ///< train, validation, test; empty: the batch
  Span span;
  std::string text;  ///< as the lesson has it
};

/// What a graph tells of its prediction. Of a target's classes the targets themselves tell the rest:
/// language/decision.hpp.
struct Output {
  NodeId scores = -1;  ///< whose largest entry of a sample is the prediction's: a softmax's logits
  NodeId plain = -1;   ///< the prediction, or what it is another name of
  /// Of two classes, whose activation (a sigmoid) `plain` is; null: it is none.
  const OutputPair* pair = nullptr;
  bool two_classes = false;        ///< the lesson has a loss that is of two classes only
  std::optional<float> threshold;  ///< between two classes; nothing: it is theirs, ½ of 0 and 1
};

/// One batch of the lesson as a graph: built for a batch size, for the shapes depend on it.
struct BatchGraph {
  Graph graph;
  int batch_size = 1;
  std::map<std::string, NodeId> leaves;  ///< params, inputs, data, states, masks by name
  std::vector<NodeId> lines;             ///< the named lines, in order
  std::map<NodeId, Span> places;         ///< where each node stands in the lesson
  std::map<NodeId, std::string> texts;  ///< the expression of each named line, as the lesson has it
  /// (state leaf, node of its next value), after each step
  std::vector<std::pair<NodeId, NodeId>> state_updates;
  std::map<NodeId, Rational> masks;  ///< mask leaves that are drawn anew: the probability to drop
  NodeId loss = -1;                  ///< what is differentiated
  NodeId prediction = -1;            ///< the output that metrics look at; -1: there is none
  Output output;                     ///< of the prediction, where the lesson was read to build it
  std::map<std::string, LeafValue> states;  ///< what the running statistics are at the start
};

/// `rows`: samples are rows.
Output output_of(const BatchGraph&, bool rows);

struct Program {
  std::shared_ptr<const Source> source;
  std::string title;
  std::vector<std::string> introduction;
  std::vector<std::string> parameters;  ///< in order of declaration
  /// Of params, inputs and states; and of dropout masks that are not to be drawn (check --params),
  /// with an entry for each one of a batch, or of all the data.
  std::map<std::string, LeafValue> values;
  std::map<std::string, Shape> shapes;        ///< of the same
  std::map<std::string, Assumption> assumed;  ///< of leaves
  std::optional<Samples> data;
  std::optional<Samples> validation;  ///< of a statement of their own, in place of a share
  std::optional<Samples> test;
  std::string loss;  ///< the name of what is differentiated
  std::vector<std::string>
      losses;                    ///< `grad L1, L2`: all of them, `loss` first; usually that alone
  std::vector<std::string> wrt;  ///< what to differentiate for: every param, or what grad names
  std::string seed_name;         ///< `grad Y wrt X with dY`: dY; empty: the loss is a scalar
  std::optional<Training> training;
  std::vector<Expectation> expectations;
  unsigned seed = 0;
  bool symbolic = false;  ///< some leaf has no number: the derivation is in symbols
  bool evaluation_mode = false;
  std::map<std::string, Array<Exact>> constants;  ///< let names, and lines that only hold numbers
  std::set<std::string> flat;        ///< leaves and constants that were written as a flat list
  std::vector<std::string> given;    ///< leaves that the lesson lacks: --set declares them
  std::vector<std::string> remarks;  ///< rendered, of the whole lesson

  /// The tree, from which batch graphs are built. Neither it nor the constants are ever changed;
  /// leaves and samples may get other values and sizes (claims/), and then other graphs.
  std::shared_ptr<const ast::Lesson> syntax;
  std::shared_ptr<BuiltGraphs> built;  ///< by this program and its copies
  /// The graph for a batch of m samples, in training mode unless `evaluation_mode` says otherwise.
  /// It is built once; threads may ask at the same time. Throws LessonError with every mistake
  /// found.
  std::shared_ptr<const BatchGraph> graph(int batch_size) const {
    return graph(batch_size, evaluation_mode);
  }
  std::shared_ptr<const BatchGraph> graph(int batch_size, bool in_evaluation_mode) const;
};

/// The same lesson with a single one of its losses: what is expected of the gradients of another is
/// left out, and what is expected of values belongs to the first.
Program of_loss(const Program&, const std::string& loss);

/// The size of the lesson's first batch: that of the graph which every name and shape is checked
/// with.
int first_batch(const Program&);

}  // namespace tracer

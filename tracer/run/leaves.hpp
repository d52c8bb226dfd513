// The leaves of a lesson's batch and the value that each has at a step: which leaf takes what from
// where is said here, once, for every scalar and whoever runs the lesson. A training binds its tape
// to what lies here, a derivation copies it into its own. Next: leaves.cpp, plan.hpp.
//
//   Leaves<float> leaves(program, batch, kept, &samples, fused.image);
//   leaves.take(plan.samples(step), step);
//   leaves.bind(tape);
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "tracer/graph/tape.hpp"
#include "tracer/language/program.hpp"
#include "tracer/language/sample_set.hpp"

namespace tracer {

/// Where a run keeps what it changes (parameters and running statistics), by name, column by
/// column. They are read anew at every step, and must stay where they are.
template <class S>
using Kept = std::map<std::string, const S*>;

/// A batch may be a part of a step's, the rest of which other processes have.
struct BatchShare {
  int first = 0;  ///< place of its first sample in the step's batch
  int count = 0;  ///< its samples
  int whole = 0;  ///< samples of the step; 0: the batch is no part
};

template <class S>
class Leaves {
 public:
  struct Leaf {
    enum class From { kept, given, given_mask, drawn_mask, data };
    std::string name;
    NodeId id = -1;  ///< in the graph of the tape
    From from = From::given;
    int rows = 1;
    int columns = 1;
    const S* values = nullptr;  ///< rows × columns, column by column; null: it has no numbers
    ConstView<S> view() const { return {values, rows, columns}; }

   private:
    friend class Leaves;
    int matrix = -1;           // of data: the place of its name in the data statement
    float drop = 0;            // of a drawn mask
    std::string stream;        // of a drawn mask: its name and a space
    bool of_samples = true;    // of a drawn mask: it masks each sample, and not something all share
    std::vector<S> own;        // what is not read where it lies
    const S* bound = nullptr;  // what the tape reads
    // data of which only what is not 0 is read
    const Nonzeros<S>* nonzeros = nullptr;
    std::vector<SparseColumn<S>> listed;
    SparseMatrix<S> sparse;
    int first = -1;  // of samples in order: where those that are listed begin
  };

  /// A leaf takes its value from the first of these that has its name: what is kept; the program's
  /// values (of inputs, of parameters and statistics that are not kept, of masks that were handed
  /// over); a mask that is drawn at each step; the data. `samples`: of the data statement; null:
  /// those of a step are converted when it is taken. `image`: of each node of the batch in the
  /// graph of the tape, −1 where it is not there; empty: it is the batch's own graph.
  /// The program and what is pointed to must outlive this.
  Leaves(const Program&, const BatchGraph&, const Kept<S>&, const SampleSet<S>* samples,
         std::span<const NodeId> image = {}, Working = {});

  Leaves(const Leaves&) = delete;  // the values of a leaf point into what it owns
  Leaves& operator=(const Leaves&) = delete;

  /// The values at a step (from 1): these samples (from 0), masks as that step draws them; of a part
  /// of its batch the same part of the masks. Throws Error where a mask was handed over for another
  /// number of samples.
  void take(std::span<const int> samples, long long step, const BatchShare& = {});
  /// Data only, of samples other than the lesson's. A name that they lack keeps what it has.
  void take(const SampleSet<S>&, std::span<const int> samples);

  /// From now on data that is mostly 0 is handed to this tape as a list of what is not, where its
  /// products take one (the set must have listed it). Samples that are not in order are then not copied,
  /// and have no values until complete() is called.
  void skip_zeros(Tape<S>&);
  /// The values of the samples that were taken last, in full. Requires that their numbers still are
  /// where take() read them.
  void complete();

  /// In the order of their names.
  const std::vector<Leaf>& all() const { return leaves_; }
  /// Lets the leaves of a tape, always the same one, read their values here.
  void bind(Tape<S>&);

 private:
  void take_data(Leaf&, std::span<const int> samples) const;
  void list(Leaf&, std::span<const int> samples) const;
  void read(Leaf&, const SampleSet<S>&, std::size_t matrix, std::span<const int> samples) const;
  void take_given_mask(Leaf&, std::span<const int> samples, long long step,
                       const BatchShare&) const;
  void draw(Leaf&, long long step, const BatchShare&) const;

  const Program* program_;
  const SampleSet<S>* samples_;
  Working working_;
  std::vector<Leaf> leaves_;
  std::span<const int> taken_;
};

}  // namespace tracer

#include "tests/bench/served.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "tests/bench/machine.hpp"
#include "tracer/error.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/number/product.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer::bench {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

Program program_of(const Workload& work) {
  return load_program(Source(work.name + ".lesson", lesson_of(work)));
}

// Row by row, as NumPy reads it.
void write_weights(const Program& program, const Workload& work, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  for (std::size_t layer = 1; layer < work.layers.size(); ++layer) {
    using RowMajor =
        Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor | Eigen::AutoAlign>;
    const RowMajor w = std::get<Array<float>>(program.values.at(fmt::format("W{}", layer)));
    file.write(reinterpret_cast<const char*>(w.data()),
               static_cast<std::streamsize>(sizeof(float)) * w.size());
  }
  if (!file.flush()) throw Error(path + ": could not be written");
}

class TracerSide : public Served {
 public:
  explicit TracerSide(int threads) : threads_(threads) {}

  std::string hello() const override {
    return fmt::format("tracer, {} thread{} ({})", threads_, threads_ == 1 ? "" : "s", blas_core());
  }

  void start(const Workload& work, const std::string& weights) override {
    trainer_.reset();  // before the program that it looks at
    program_.emplace(program_of(work));
    write_weights(*program_, work, weights);
    TrainerOptions options;
    options.threads = threads_;
    trainer_.emplace(*program_, options);
    epochs_ = work.epochs;
  }

  Turn turn() override {
    if (!trainer_) throw Error("no workload has been started");
    Turn turn;
    const auto begin = Clock::now();
    for (int i = 0; i < epochs_; ++i) {
      const EpochRecord record = trainer_->epoch();
      turn.seconds += record.seconds;
      turn.loss += record.loss / epochs_;
    }
    turn.wall = seconds_since(begin);
    return turn;
  }

 private:
  int threads_;
  int epochs_ = 1;
  std::optional<Program> program_;
  std::optional<Trainer> trainer_;
};

// c = a·b, as Eigen hands it to OpenBLAS; entries without gaps
void eigen_multiply(float* c, const Factor<float>& a, const Factor<float>& b) {
  using Map = Eigen::Map<const Matrix<float>>;
  Eigen::Map<Matrix<float>> result(c, a.rows, b.columns);
  if (a.transposed)
    result.noalias() =
        Map(a.entries, a.columns, a.rows).transpose() * Map(b.entries, b.rows, b.columns);
  else if (b.transposed)
    result.noalias() =
        Map(a.entries, a.rows, a.columns) * Map(b.entries, b.columns, b.rows).transpose();
  else
    result.noalias() = Map(a.entries, a.rows, a.columns) * Map(b.entries, b.rows, b.columns);
}

Factor<float> turned(Factor<float> factor) {
  std::swap(factor.rows, factor.columns);
  factor.transposed = true;
  return factor;
}

class BareSide : public Served {
 public:
  BareSide(Products products, int threads) : products_(products), threads_(threads) {
    if (products == Products::own)
      set_threads(threads);
    else
      set_blas_threads(threads);
  }

  std::string hello() const override {
    return fmt::format("products alone, {} ({}), {} thread{}",
                       products_ == Products::own ? "tracer's own" : "Eigen's", blas_core(),
                       threads_, threads_ == 1 ? "" : "s");
  }

  void start(const Workload& work, const std::string&) override {
    program_.emplace(program_of(work));
    work_ = work;
    std::srand(7);
    w_.clear();
    a_.clear();
    d_.clear();
    for (std::size_t layer = 1; layer < work.layers.size(); ++layer) {
      const int units = work.layers[layer];
      w_.push_back(Matrix<float>::Random(units, work.layers[layer - 1]) * 0.05F);
      a_.push_back(Matrix<float>::Random(units, work.batch_size()));
      d_.push_back(Matrix<float>::Random(units, work.batch_size()));
    }
    gradients_ = w_;
  }

  Turn turn() override {
    if (!program_) throw Error("no workload has been started");
    const Array<float>& x = std::get<Array<float>>(program_->data->values[0]);
    const auto begin = Clock::now();
    for (int epoch = 0; epoch < work_.epochs; ++epoch) {
      for (int first = 0; first < work_.samples; first += work_.batch_size()) {
        const int m = std::min(work_.batch_size(), work_.samples - first);
        step({x.col(first).data(), x.rows(), m, x.rows()}, m);
      }
    }
    const double seconds = seconds_since(begin);
    return {.seconds = seconds, .wall = seconds, .loss = 0};
  }

 private:
  Products products_;
  int threads_;
  std::optional<Program> program_;
  Workload work_;
  std::vector<Matrix<float>> w_;  // units × inputs
  std::vector<Matrix<float>> gradients_;
  std::vector<Matrix<float>> a_;  // units × batch
  std::vector<Matrix<float>> d_;  // adjoints of the same; the last is never written

  void multiply_into(Matrix<float>& c, const Factor<float>& a, const Factor<float>& b) const {
    if (products_ == Products::own)
      multiply(c.data(), a, b, false);
    else
      eigen_multiply(c.data(), a, b);
  }

  static Factor<float> first_columns(const Matrix<float>& matrix, Eigen::Index m) {
    return {matrix.data(), matrix.rows(), m, matrix.rows()};
  }
  static Factor<float> all_of(const Matrix<float>& matrix) {
    return first_columns(matrix, matrix.cols());
  }

  void step(const Factor<float>& images, int m) {
    const auto input = [&](std::size_t l) { return l == 0 ? images : first_columns(a_[l - 1], m); };
    for (std::size_t l = 0; l < w_.size(); ++l) multiply_into(a_[l], all_of(w_[l]), input(l));
    for (std::size_t l = w_.size(); l-- > 0;) {
      multiply_into(gradients_[l], first_columns(d_[l], m), turned(input(l)));
      if (l > 0) multiply_into(d_[l - 1], turned(all_of(w_[l])), first_columns(d_[l], m));
    }
  }
};

nlohmann::json answer(Served& side, const nlohmann::json& question) {
  if (question.at("do") == "start") {
    const nlohmann::json& work = question.at("workload");
    side.start(workload_from(work), work.at("weights"));
    return {{"ready", true}};
  }
  const Turn turn = side.turn();
  return {{"seconds", turn.seconds}, {"wall", turn.wall}, {"loss", turn.loss}};
}

}  // namespace

std::unique_ptr<Served> tracer_side(int threads) { return std::make_unique<TracerSide>(threads); }
std::unique_ptr<Served> bare_side(Products products, int threads) {
  return std::make_unique<BareSide>(products, threads);
}

void serve(Served& side) {
  std::cout << nlohmann::json{{"hello", side.hello()}} << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    nlohmann::json reply;
    try {
      reply = answer(side, nlohmann::json::parse(line));
    } catch (const std::exception& error) {  // the other sides go on without this one
      reply = {{"absent", error.what()}};
    }
    std::cout << reply << std::endl;
  }
}

}  // namespace tracer::bench

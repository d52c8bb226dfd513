// Models and checkpoints as files: what is written comes back bit for bit, a damaged file is
// refused, and a write that fails leaves the old file.
#include <cmath>
#include <csignal>
#include <limits>

#include <sys/resource.h>
#include <sys/stat.h>

#include "datasets/npz.hpp"
#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tests/train/training.hpp"
#include "tracer/error.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/safetensors.hpp"

using namespace tracer;
using namespace tracer::test;

namespace {

template <class S>
Tensor filled(int rows, int columns, S number) {
  return Array<S>(Array<S>::Constant(rows, columns, number));
}

Model some_model() {
  using Floats = std::numeric_limits<float>;
  using Doubles = std::numeric_limits<double>;
  Array<float> w(2, 3);
  w << 1.5F, -0.0F, Floats::denorm_min(), Floats::infinity(), -Floats::max(), Floats::quiet_NaN();
  Array<double> v(3, 1);
  v << 0.1, -Doubles::infinity(), Doubles::denorm_min();
  Model model;
  model.lesson = "# Ünïcode, \"quotes\"\nparam W1 = 1\n";
  model.lesson_name = "some.lesson";
  model.parameters = {{"W1", w}, {"b1", filled<float>(1, 1, 0.1F)}, {"v", v}};
  model.states = {{"running_mean", filled<float>(2, 1, 0.25F)}};
  EpochRecord epoch;
  epoch.epoch = 1;
  epoch.loss = 0.1;
  model.history = {epoch, epoch};
  return model;
}

Checkpoint some_checkpoint() {
  Checkpoint checkpoint;
  checkpoint.model = some_model();
  checkpoint.epoch = 7;
  checkpoint.step = 5'000'000'000;
  checkpoint.optimizer = {{"W1 m", filled<float>(2, 3, 0.5F)}, {"W1 v", filled<double>(2, 3, 0.1)}};
  checkpoint.best = {{"W1", filled<float>(2, 3, 9)}};
  checkpoint.counters = {{"best", 0.1 + 0.2},
                         {"none", std::numeric_limits<double>::infinity()},
                         {"nan", std::nan("")},
                         {"waited", 3}};
  return checkpoint;
}

void check_same(const Model& a, const Model& b) {
  CHECK(a.lesson == b.lesson);
  CHECK(a.lesson_name == b.lesson_name);
  CHECK(same_bits(a.parameters, b.parameters));
  CHECK(same_bits(a.states, b.states));
  REQUIRE(a.history.size() == b.history.size());
  for (std::size_t i = 0; i < a.history.size(); ++i)
    CHECK(to_json(a.history[i]) == to_json(b.history[i]));
  CHECK(a.data.has_value() == b.data.has_value());
}

// While it lives no file of this process grows beyond so many bytes: what a full disk does.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*signal_)(int);
};

}  // namespace

TEST_CASE("a model comes back from its file bit for bit", "[model_file]") {
  const TemporaryFolder folder;
  const Model model = some_model();
  save_model(folder / "m.safetensors", model);
  check_same(load_model(folder / "m.safetensors"), model);
  CHECK(folder.count() == 1);
  // what Python's readers ask for
  const Safetensors file = read_safetensors(folder / "m.safetensors");
  CHECK(file.metadata.at("format") == "pt");
  CHECK(file.metadata.at("states") == R"(["running_mean"])");
  CHECK(file.tensors.size() == 4);
}

TEST_CASE("a checkpoint comes back bit for bit, and is a model too", "[model_file][checkpoint]") {
  const TemporaryFolder folder;
  const Checkpoint checkpoint = some_checkpoint();
  save_checkpoint(folder / "c", checkpoint);
  const Checkpoint back = load_checkpoint(folder / "c");
  check_same(back.model, checkpoint.model);
  CHECK(back.epoch == 7);
  CHECK(back.step == 5'000'000'000);
  CHECK(same_bits(back.optimizer, checkpoint.optimizer));
  CHECK(same_bits(back.best, checkpoint.best));
  REQUIRE(back.counters.size() == 4);
  CHECK(back.counters.at("best") == 0.1 + 0.2);
  CHECK(back.counters.at("none") == std::numeric_limits<double>::infinity());
  CHECK(std::isnan(back.counters.at("nan")));
  CHECK(back.counters.at("waited") == 3);
  check_same(load_model(folder / "c"), checkpoint.model);
}

TEST_CASE("a training run goes on from its file as from memory", "[model_file][checkpoint]") {
  const TemporaryFolder folder;
  const Program program =
      lesson(rich_lesson("adam(lr=0.02), batch_size=16, shuffle=true, validation=0.25", 4));
  Trainer whole(program, {.threads = 1});
  while (!whole.done()) whole.epoch();
  Trainer first(program, {.threads = 1});
  first.epoch();
  first.epoch();
  save_checkpoint(folder / "c", first.checkpoint());
  Trainer second(program, {.threads = 1});
  second.resume(load_checkpoint(folder / "c"));
  CHECK(load_checkpoint(folder / "c").model.data.has_value());
  while (!second.done()) second.epoch();
  CHECK(same_bits(second.model().parameters, whole.model().parameters));
  CHECK(same_bits(second.model().states, whole.model().states));
}

TEST_CASE("files that are no models say what they are", "[model_file]") {
  const TemporaryFolder folder;
  const std::string name = (folder / "m").string();
  CHECK(said(error_of([&] { load_model(name); }), name));
  std::filesystem::create_directory(name);
  CHECK(said(error_of([&] { load_model(name); }), name));
  std::filesystem::remove(name);
  write_text(name, "\x93NUMPY and more");
  CHECK(error_of([&] { load_model(name); }) ==
        name + ": not a whole safetensors file: its first 8 bytes are not the length of a header");
  write_safetensors(name, {});
  CHECK(error_of([&] { load_model(name); }) ==
        name +
            ": there is no lesson in its metadata, so it is no model of tracer; models are "
            "written by tracer train --save");
  save_model(name, some_model());
  CHECK(
      said(error_of([&] { load_checkpoint(name); }), name + ": this is a model, not a checkpoint"));
  Safetensors file = read_safetensors(name);
  file.metadata.erase("checksum");  // as another program would write it
  file.metadata["history"] = "{}\n";
  write_safetensors(name, file);
  CHECK(said(error_of([&] { load_model(name); }), name + ": '{}' is not the record of an epoch"));
  file.metadata["history"] = "";
  file.metadata["states"] = "7";
  write_safetensors(name, file);
  CHECK(error_of([&] { load_model(name); }) == name + ": its metadata are damaged");
  file.metadata["states"] = "[]";
  file.metadata["epoch"] = "-3";
  write_safetensors(name, file);
  CHECK(error_of([&] { load_checkpoint(name); }) ==
        name + ": its epoch is '-3', which is no count");
}

TEST_CASE("a file that is cut short at any length is refused", "[model_file]") {
  const TemporaryFolder folder;
  save_checkpoint(folder / "c", some_checkpoint());
  const std::string whole = read_text(folder / "c");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO(length << " of " << whole.size() << " bytes");
    CHECK_THROWS_AS(parse_safetensors(std::string_view(whole).substr(0, length), "f"), Error);
  }
  write_text(folder / "c", whole + "x");
  CHECK_THROWS_AS(load_checkpoint(folder / "c"), Error);
}

TEST_CASE("any byte may be wrong: an Error", "[model_file]") {
  const TemporaryFolder folder;
  Checkpoint checkpoint = some_checkpoint();
  checkpoint.model.data = outline_of(lesson(rich_lesson("sgd(lr=0.1), batch_size=16", 1)));
  save_checkpoint(folder / "c", checkpoint);
  const std::string whole = read_text(folder / "c");
  int read = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const unsigned flip : {1U, 0x20U, 0x80U, 0xffU}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ flip);
      try {
        parse_safetensors(damaged, "f");
      } catch (const Error&) {
      }
      if (flip != (at % 2 == 0 ? 1U : 0x20U)) continue;  // a quarter of them, for files are slow
      write_text(folder / "d", damaged);
      try {
        load_checkpoint(folder / "d");
        ++read;
        UNSCOPED_INFO("byte " << at);
      } catch (const Error&) {
      }
    }
  }
  CHECK(read == 0);
}

TEST_CASE("a file that is not as it was written says so", "[model_file]") {
  const TemporaryFolder folder;
  const std::string name = (folder / "m").string();
  save_model(name, some_model());
  std::string bytes = read_text(name);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);  // in the last weight
  write_text(name, bytes);
  CHECK(said(error_of([&] { load_model(name); }),
             name + ": it is not as it was written: its checksum is "));
  Safetensors file = parse_safetensors(bytes, name);
  file.metadata.erase("checksum");
  write_safetensors(name, file);
  CHECK_NOTHROW(load_model(name));
  file.metadata["checksun"] = "00000000";
  write_safetensors(name, file);
  CHECK(error_of([&] { load_model(name); }) ==
        name + ": its metadata are damaged: there is no 'checksun'");
}

TEST_CASE("a disk that is full leaves the old file, and nothing else", "[model_file]") {
  const TemporaryFolder folder;
  const std::string name = (folder / "m").string();
  save_model(name, some_model());
  const std::string before = read_text(name);
  Model larger = some_model();
  larger.parameters["W2"] = Array<float>(Array<float>::Zero(100, 100));
  std::string said_then;
  {
    const FullDisk full(8192);
    said_then = error_of([&] { save_model(name, larger); });
  }
  CHECK(said_then == name + " can't be written: File too large; the old file is unchanged");
  CHECK(read_text(name) == before);
  CHECK(folder.count() == 1);
  save_model(name, larger);
  CHECK(load_model(name).parameters.contains("W2"));
}

TEST_CASE("where nothing can be written there is an Error", "[model_file]") {
  const TemporaryFolder folder;
  const std::string name = (folder / "no/such/folder/m").string();
  CHECK(error_of([&] { save_model(name, some_model()); }) ==
        name + " can't be written: No such file or directory");
  const std::string place = (folder / "place").string();
  std::filesystem::create_directory(place);
  CHECK(error_of([&] { save_model(place, some_model()); }) ==
        place + " can't be written: Is a directory");
  if (std::filesystem::is_character_file("/dev/full")) {
    CHECK(error_of([&] { save_model("/dev/full", some_model()); }) ==
          "/dev/full can't be written: No space left on device");
    CHECK(std::filesystem::is_character_file("/dev/full"));
  }
}

TEST_CASE("a link stays a link, and permissions stay", "[model_file]") {
  const TemporaryFolder folder;
  save_model(folder / "m", some_model());
  std::filesystem::create_symlink(folder / "m", folder / "link");
  ::chmod((folder / "m").c_str(), 0640);
  Model other = some_model();
  other.lesson_name = "other.lesson";
  save_model(folder / "link", other);
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(load_model(folder / "m").lesson_name == "other.lesson");
  struct stat status {};
  REQUIRE(::stat((folder / "m").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE("the .npz has an array for each parameter and state", "[model_file]") {
  const TemporaryFolder folder;
  const Model model = some_model();
  save_npz(folder / "m.npz", model);
  CHECK(Npz(folder / "m.npz").read_all().size() == 4);
  const NpyArray w = Npz(folder / "m.npz").read("W1");
  CHECK(w.shape == std::vector<std::int64_t>{2, 3});
  CHECK(w.dtype == "f4");
  CHECK(same_bits(Tensor(matrix_of<float>(w)), model.parameters.at("W1")));
  const NpyArray v = Npz(folder / "m.npz").read("v");
  CHECK(v.dtype == "f8");
  CHECK(same_bits(Tensor(matrix_of<double>(v)), model.parameters.at("v")));
}

#include "tracer/cli/train_flags.hpp"

#include <algorithm>
#include <charconv>
#include <mutex>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/mistake/planted.hpp"
#include "tracer/symbol/operation.hpp"

namespace tracer::cli {
namespace {

std::string wrong_batch_size(const std::string& text) {
  const bool whole = text.find_first_not_of("0123456789") == std::string::npos &&
                     text.find_first_not_of('0') != std::string::npos;
  return text == "all" || whole
             ? std::string()
             : fmt::format("expected a whole number from 1 on, or all; got '{}'", text);
}

// ", sigmoid, tanh ...": what --activation may name besides the usual one
std::string other_activations() {
  std::string names;
  for (const Operation* operation : op::operations()) {
    if (operation->hidden != nullptr && operation->call != NetworkOptions().activation)
      names += fmt::format(", {}", operation->call);
  }
  return names;
}

Flags file_flags(TrainFlags& to) {
  const Anything file{"FILE"};
  return {{"--save", &to.save,
           "the model: .safetensors (for tracer eval, predict, Python), or .npz", file},
          {"--checkpoint", &to.checkpoint, "all that is needed to go on, after every epoch", file},
          {"--checkpoint-every", &to.checkpoint_every, "only after every so many epochs",
           Positive{"N"}},
          {"--resume", &to.resume, "go on from a checkpoint, exactly where it stopped", file},
          {"--csv", &to.csv, "the history, a line an epoch", file},
          {"--report", &to.report,
           "all that is shown, with pictures and the lesson, as one file: .html, .md, .tex or .txt",
           file},
          {"--plot", &to.plot,
           "a folder: curves, boundary, confusion matrix by gnuplot, SVG and PNG", file}};
}

std::vector<std::string> training_formats() {
  std::vector<std::string> formats = format_names();
  formats.emplace_back("json");
  return formats;
}

Flags look_flags(TrainFlags& to) {
  return {
      {"--quiet,-q", &to.quiet, "one line at the end only"},
      {"--verbose,-v", &to.verbose, "a line for every epoch, however many"},
      {"--no-report", &to.no_report, "no curves and tables at the end"},
      format_flag(to.output, training_formats(),
                  "text; json: a line an epoch, then the metrics; html, markdown, latex: a page at "
                  "the end"),
      {"--pictures", &to.pictures,
       "with --format json: some times a second curves and boundary as SVG, a line of their own"},
      {"--watch", &to.watch,
       "norms of this parameter or line, its gradient and update every epoch; or all",
       Anything{"NAME"}},
      {"--trace-step", &to.trace_step, "explain training step N", Positive{"N"}},
      {.name = "--trace",
       .into = &to.trace_entry,
       .says = "of that step the gradient of one entry: W1[3,5]",
       .value = Anything{"ENTRY"},
       .needs = "--trace-step"},
      colour_flag(to.output)};
}

}  // namespace

std::vector<TrainFlags::Network::Beside> TrainFlags::Network::layers_beside() {
  std::vector<Beside> all;
  for (const Operation* operation : op::operations()) {
    if (operation->layer != nullptr && !operation->layer->flag.empty())
      all.push_back({operation->layer, {}, {}});
  }
  std::ranges::reverse(all);  // --help has always told of dropout first
  return all;
}

Flags network_flags(TrainFlags::Network& to) {
  Flags flags{
      {"--layers", &to.layers, "units of every layer, the inputs first: 784,128,64,10",
       Anything{"N,N,..."}},
      {"--data", &to.data,
       "mnist (default), fashion_mnist, circles, moons, 'circles(500, noise=0.1)', or a file",
       Anything{"NAME"}},
      {"--activation", &to.activation, "of hidden layers: relu (default)" + other_activations(),
       Anything{"NAME"}},
      {"--init", &to.init,
       "kaiming, xavier, normal ... (default: kaiming for relu and its kin, else xavier)",
       Anything{"NAME"}},
      {"--loss", &to.loss, "cross_entropy, bce, mse ... (default: by the data)", Anything{"NAME"}}};
  for (auto& [layer, number, is_wanted] : to.beside) {
    Flag flag{std::string(layer->flag), &is_wanted, std::string(layer->flag_help)};
    if (layer->flag_has_number) {
      flag.into = &number;
      flag.value = written_number();
    }
    flags.push_back(std::move(flag));
  }
  flags +=
      {{"--l2", &to.l2, "adds L2/2 times the sum of squared weights to the loss", written_number()},
       {"--n", &to.n, "the first N samples only", Positive{"N"}},
       {"--normalise,--normalize", &to.normalise,
        "features to mean 0 and deviation 1 (standard), or to 0 ... 1 (minmax)",
        OneOf{{"standard", "minmax", "none"}}},
       {"--validation-data", &to.validation_data, "a file to watch the training by",
        Anything{"NAME"}},
       {"--test-data", &to.test_data, "a file for the end", Anything{"NAME"}},
       {"--class-weights", &to.class_weights,
        "what a sample of each class counts: balanced (the rarer the more), or 1,5",
        Anything{"N,N,..."}}};
  return grouped_as("A network without a lesson", std::move(flags));
}

Flags training_flags(TrainFlags::Training& to) {
  return grouped_as(
      "Training (in place of what a lesson says)",
      {{"--optimizer", &to.optimizer, "sgd, adam (default with --layers), rmsprop, adamw ...",
        Anything{"NAME"}},
       {"--lr", &to.lr, "learning rate (default: the optimiser's)", written_number()},
       {"--momentum", &to.momentum, "of sgd and rmsprop", written_number()},
       {"--weight-decay", &to.weight_decay, "of the optimiser", written_number()},
       {"--nesterov", &to.nesterov, "Nesterov's momentum"},
       {"--batch-size", &to.batch_size, "samples a step, or all (default with --layers: 128)",
        Form{wrong_batch_size, "N|all"}},
       {"--epochs", &to.epochs, "times through the data (default with --layers: 10)",
        Positive{"N"}},
       {"--validation", &to.validation, "share of the data held out to watch: 0.1",
        written_number()},
       {"--test", &to.test, "share held out for the end, where there are no test data",
        written_number()},
       {"--stratify,!--no-stratify", &to.stratify,
        "every class keeps its share in what is held out (default)"},
       {"--early-stopping", &to.early_stopping,
        "end when what is watched no longer improves; the best weights come back"},
       {"--patience", &to.patience, "epochs without improvement before that (default 10)",
        Positive{"N"}},
       {"--min-delta", &to.min_delta, "what counts as an improvement", written_number()},
       {"--monitor", &to.monitor,
        "what early stopping and the best weights go by: loss (default), accuracy or f1",
        OneOf{{"loss", "accuracy", "f1"}}},
       {"--schedule", &to.schedule,
        "of the learning rate: cosine, 'step(step_size=10, gamma=0.1)', "
        "'exponential(gamma=0.95)', reduce_on_plateau",
        Anything{"NAME"}},
       {"--warmup", &to.warmup, "epochs in which the learning rate rises at first", Positive{"N"}},
       {"--clip-norm", &to.clip_norm, "the most that all gradients' joint norm may be",
        written_number()},
       {"--clip-value", &to.clip_value, "the most that an entry of a gradient may be",
        written_number()},
       {"--shuffle,!--no-shuffle", &to.shuffle,
        "other batches every epoch (default with --layers)"},
       {"--seed", &to.seed, "of everything that is random (default 0)", Anything{"N"}},
       {"--split-seed", &to.split_seed, "of what is held out alone (default: the seed)",
        Anything{"N"}}});
}

Flag mistake_flag(std::string& mistake) {
  return {"--mistake", &mistake,
          "with a wrong gradient, to see what comes of it: activation_for_slope, bias_not_summed "
          "...; 'activation_for_slope relu(': of several of a kind the one that says so",
          Anything{"ID"}};
}

Planted planted_by(const std::string& mistake) {
  if (mistake.empty()) return {};
  const auto said = std::make_shared<std::once_flag>();
  return [mistake, said](const BatchGraph& batch, BackwardGraph& back) {
    std::vector<std::shared_ptr<const Edit>> edits;
    std::string text;
    for (const PlantedMistake& planted : planted_mistakes(batch, back, mistake)) {
      edits.push_back(planted.mistake.edit);
      text += fmt::format("{}{}: {}", text.empty() ? "planted in " : "\n       and in ",
                          planted.line, planted.mistake.says);
    }
    std::call_once(*said, [&] { remark(text); });
    return edits;
  };
}

Flags train_flags(TrainFlags& to) {
  Flags flags{{"[FILE]", &to.file,
               "a lesson with a train line: a file, or a shipped lesson by its name", LessonName{}},
              {"--show", &to.show, "print the lesson that would be trained, and stop"},
              {"--config", &to.config,
               "a .toml or .json file of these flags, epochs = 20; or of scikit-learn's options",
               Anything{"FILE"}}};
  flags += network_flags(to.network);
  flags += training_flags(to.training);
  flags +=
      grouped_as("How it is computed",
                 {{"--dtype", &to.dtype, "float32 (default) or float64",
                   OneOf{{"float32", "float64"},
                         {{"float", "float32"}, {"single", "float32"}, {"double", "float64"}}}},
                  {"--threads", &to.threads,
                   "2 unless you say, under mpirun each process's cores; 0: as many as there are",
                   Between{0, 1024, "N"}},
                  {"--sync-batch-norm", &to.sync_batch_norm,
                   "under mpirun: a layer's mean and variance over the whole batch, not over each "
                   "process's share"},
                  {"--plan", &to.plan,
                   "what up to N processes would give: measures, prints a table, and stops",
                   Between{1, 1 << 20, "N"}},
                  {.name = "--latency",
                   .into = &to.latency,
                   .says = "of the table: microseconds until a message is there",
                   .value = Between<double>{0, 1e9, "N"},
                   .needs = "--plan"},
                  {.name = "--bandwidth",
                   .into = &to.bandwidth,
                   .says = "of the table: GB a second between two processes",
                   .value = Between<double>{1e-6, 1e6, "N"},
                   .needs = "--plan"},
                  mistake_flag(to.mistake)});
  flags += grouped_as("Files", file_flags(to));
  return flags += grouped_as("What is shown", look_flags(to));
}

namespace {

std::vector<int> sizes_of(const std::string& layers) {
  std::vector<int> sizes;
  const char* at = layers.data();
  const char* const end = at + layers.size();
  while (true) {
    while (at != end && *at == ' ') ++at;
    int size = 0;
    const auto [after, failed] = std::from_chars(at, end, size);
    if (failed != std::errc() || size < 1) break;
    sizes.push_back(size);
    at = after;
    while (at != end && *at == ' ') ++at;
    if (at == end) return sizes;
    if (*at != ',' && *at != '-') break;
    ++at;
  }
  throw Error(fmt::format(
      "--layers {}: expected the units of every layer, the inputs first, as in 784,128,64,10",
      layers));
}

// The flags that write a lesson, as they were given.
std::string network_command(TrainFlags flags) {
  std::string line = "tracer train";
  Flags writing = network_flags(flags.network);
  for (const auto& [name, value] : given_values(writing += training_flags(flags.training))) {
    if (value == "true" || value == "false") {  // a flag
      line += (value == "true" ? " " : " --no-") + name.substr(value == "true" ? 0 : 2);
    } else {
      const bool plain = value.find_first_of(" ()'\"$&;<>|*?") == std::string::npos;
      line += fmt::format(" {0} {1}{2}{1}", name, plain ? "" : "'", value);
    }
  }
  return line;
}

}  // namespace

NetworkOptions network_options(const TrainFlags& flags) {
  const TrainFlags::Network& network = flags.network;
  const TrainFlags::Training& training = flags.training;
  NetworkOptions options;
  const auto take = [](auto& into, const auto& given) {
    if (given) into = *given;
  };
  options.layers = sizes_of(*network.layers);
  take(options.activation, network.activation);
  take(options.init, network.init);
  take(options.loss, network.loss);
  take(options.l2, network.l2);
  take(options.data, network.data);
  take(options.n, network.n);
  take(options.normalise, network.normalise);
  take(options.validation_data, network.validation_data);
  take(options.test_data, network.test_data);
  take(options.class_weights, network.class_weights);
  for (const auto& [layer, number, is_wanted] : network.beside) {
    if (number || is_wanted.value_or(false))
      options.beside[std::string(layer->flag)] = number.value_or("");
  }
  take(options.optimizer, training.optimizer);
  take(options.lr, training.lr);
  take(options.momentum, training.momentum);
  take(options.weight_decay, training.weight_decay);
  take(options.nesterov, training.nesterov);
  take(options.batch_size, training.batch_size);
  take(options.epochs, training.epochs);
  take(options.validation, training.validation);
  take(options.test, training.test);
  take(options.early_stopping, training.early_stopping);
  take(options.patience, training.patience);
  take(options.schedule, training.schedule);
  take(options.warmup, training.warmup);
  take(options.clip_norm, training.clip_norm);
  take(options.clip_value, training.clip_value);
  take(options.seed, training.seed);
  take(options.shuffle, training.shuffle);
  take(options.stratify, training.stratify);
  options.command = network_command(flags);
  return options;
}

}  // namespace tracer::cli

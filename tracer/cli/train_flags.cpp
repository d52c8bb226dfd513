#include "tracer/cli/train_flags.hpp"

#include <charconv>
#include <regex>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer::cli {
namespace {

const char* const network_group = "A network without a lesson";
const char* const training_group = "Training (in place of what a lesson says)";

// Numbers stay text, so that 0.1 is a tenth in the lesson too.
const CLI::Validator number(
    [](std::string& text) {
      static const std::regex form(
          R"([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?(/[0-9]+)?)");
      return std::regex_match(text, form) ? std::string()
                                          : fmt::format("expected a number, got '{}'", text);
    },
    "NUMBER", "number");

const CLI::Validator batch_size(
    [](std::string& text) {
      const bool whole = text.find_first_not_of("0123456789") == std::string::npos &&
                         text.find_first_not_of('0') != std::string::npos;
      return text == "all" || whole
                 ? std::string()
                 : fmt::format("expected a whole number from 1 on, or all; got '{}'", text);
    },
    "N|all", "batch size");

void add_network(CLI::App& command, TrainFlags::Network& network) {
  const std::string group = network_group;
  const auto text = [&](const char* flag, std::optional<std::string>& into, const char* help,
                        const char* type) {
    return command.add_option(flag, into, help)->group(group)->type_name(type);
  };
  text("--layers", network.layers, "units of every layer, the inputs first: 784,128,64,10",
       "N,N,...");
  text("--data", network.data,
       "mnist (default), fashion_mnist, circles, moons, 'circles(500, noise=0.1)', or a file",
       "NAME");
  text("--activation", network.activation,
       "of hidden layers: relu (default), sigmoid, tanh, leaky_relu, elu, gelu, silu, identity",
       "NAME");
  text("--init", network.init,
       "kaiming, xavier, normal ... (default: kaiming for relu and its kin, else xavier)", "NAME");
  text("--loss", network.loss, "cross_entropy, bce, mse ... (default: by the data)", "NAME");
  text("--dropout", network.dropout, "share of units dropped after every hidden activation", "")
      ->check(number);
  command.add_flag("--batch-norm", network.batch_norm, "before every hidden activation")
      ->group(group);
  text("--l2", network.l2, "adds L2/2 times the sum of squared weights to the loss", "")
      ->check(number);
  command.add_option("--n", network.n, "the first N samples only")
      ->group(group)
      ->check(CLI::PositiveNumber)
      ->type_name("N");
}

void add_training(CLI::App& command, TrainFlags::Training& training) {
  const std::string group = training_group;
  const auto text = [&](const char* flag, std::optional<std::string>& into, const char* help) {
    return command.add_option(flag, into, help)->group(group)->type_name("");
  };
  const auto share = [&](const char* flag, std::optional<std::string>& into, const char* help) {
    text(flag, into, help)->check(number);
  };
  const auto count = [&](const char* flag, std::optional<int>& into, const char* help) {
    command.add_option(flag, into, help)->group(group)->check(CLI::PositiveNumber)->type_name("N");
  };
  text("--optimizer", training.optimizer, "sgd, adam (default with --layers), rmsprop, adamw ...")
      ->type_name("NAME");
  share("--lr", training.lr, "learning rate (default: the optimiser's)");
  share("--momentum", training.momentum, "of sgd and rmsprop");
  share("--weight-decay", training.weight_decay, "of the optimiser");
  const auto flag = [&](const char* name, std::optional<bool>& into, const char* help) {
    command
        .add_flag_function(
            name, [&into](std::int64_t times) { into = times > 0; }, help)
        ->group(group);
  };
  flag("--nesterov", training.nesterov, "Nesterov's momentum");
  text("--batch-size", training.batch_size, "samples a step, or all (default with --layers: 128)")
      ->check(batch_size);
  count("--epochs", training.epochs, "times through the data (default with --layers: 10)");
  share("--validation", training.validation, "share of the data held out to watch: 0.1");
  share("--test", training.test, "share held out for the end, where there are no test data");
  flag("--early-stopping", training.early_stopping,
       "end when what is watched no longer improves; the best weights come back");
  count("--patience", training.patience, "epochs without improvement before that (default 10)");
  share("--min-delta", training.min_delta, "what counts as an improvement");
  text("--schedule", training.schedule,
       "of the learning rate: cosine, 'step(step_size=10, gamma=0.1)', 'exponential(gamma=0.95)', "
       "reduce_on_plateau")
      ->type_name("NAME");
  count("--warmup", training.warmup, "epochs in which the learning rate rises at first");
  share("--clip-norm", training.clip_norm, "the most that all gradients' joint norm may be");
  share("--clip-value", training.clip_value, "the most that an entry of a gradient may be");
  flag("--shuffle,!--no-shuffle", training.shuffle,
       "other batches every epoch (default with --layers)");
  command.add_option("--seed", training.seed, "of everything that is random (default 0)")
      ->group(group)
      ->type_name("N");
}

void add_output(CLI::App& command, TrainFlags& flags) {
  const std::string files = "Files";
  const auto path = [&](const char* flag, std::string& into, const char* help) {
    command.add_option(flag, into, help)->group(files)->type_name("FILE");
  };
  path("--save", flags.save, "the model: .safetensors (for tracer eval, predict, Python), or .npz");
  path("--checkpoint", flags.checkpoint, "all that is needed to go on, after every epoch");
  command
      .add_option("--checkpoint-every", flags.checkpoint_every, "only after every so many epochs")
      ->group(files)
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  path("--resume", flags.resume, "go on from a checkpoint, exactly where it stopped");
  path("--csv", flags.csv, "the history, a line an epoch");
  path("--plot", flags.plot,
       "a folder: curves, boundary, confusion matrix by gnuplot, SVG and PNG");

  const std::string looks = "What is shown";
  command.add_flag("--quiet,-q", flags.quiet, "one line at the end only")->group(looks);
  command.add_flag("--verbose,-v", flags.verbose, "a line for every epoch, however many")
      ->group(looks);
  command.add_flag("--no-report", flags.no_report, "no curves and tables at the end")->group(looks);
  command.add_option("--format", flags.format, "text, or json: a line an epoch, then the metrics")
      ->group(looks)
      ->check(CLI::IsMember({"text", "json"}));
  command
      .add_option("--watch", flags.watch,
                  "norms of this parameter or line, its gradient and update every epoch; or all")
      ->group(looks)
      ->take_all()
      ->expected(1)
      ->type_name("NAME");
  command.add_option("--trace-step", flags.trace_step, "explain training step N")
      ->group(looks)
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command
      .add_option("--trace", flags.trace_entry, "of that step the gradient of one entry: W1[3,5]")
      ->group(looks)
      ->type_name("ENTRY")
      ->needs("--trace-step");
  command.add_option("--color,--colour", flags.colour, "auto, always or never")
      ->group(looks)
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

}  // namespace

void add_train_flags(CLI::App& command, TrainFlags& flags) {
  command.add_option("FILE", flags.file,
                     "a lesson with a train line: a file, or a shipped lesson by its name");
  command.add_flag("--show", flags.show, "print the lesson that would be trained, and stop");
  command.add_option("--config", flags.config, "a .toml file of these flags: epochs = 20")
      ->type_name("FILE");
  add_network(command, flags.network);
  add_training(command, flags.training);
  const std::string group = "How it is computed";
  command.add_option("--dtype", flags.dtype, "float32 (default) or float64")
      ->group(group)
      ->transform(
          CLI::Transformer({{"float", "float32"}, {"single", "float32"}, {"double", "float64"}}))
      ->check(CLI::IsMember({"float32", "float64"}));
  command.add_option("--threads", flags.threads, "2 unless you say; 0: as many as there are cores")
      ->group(group)
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  add_output(command, flags);
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

}  // namespace

NetworkOptions network_options(const TrainFlags& flags, const std::string& command) {
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
  take(options.dropout, network.dropout);
  take(options.l2, network.l2);
  take(options.data, network.data);
  take(options.n, network.n);
  options.batch_norm = network.batch_norm;
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
  options.command = command;
  return options;
}

std::string network_command(const CLI::App& command) {
  std::string line = "tracer train";
  for (const CLI::Option* option : command.get_options()) {
    const bool writes =
        option->get_group() == network_group || option->get_group() == training_group;
    if (!writes || option->count() == 0) continue;
    const std::string value = option->results().back();
    const std::string name = "--" + option->get_lnames().front();
    if (option->get_expected_min() == 0) {  // a flag
      line += value == "true" ? " " + name : value == "false" ? " --no-" + name.substr(2) : "";
    } else {
      const bool plain = value.find_first_of(" ()'\"$&;<>|*?") == std::string::npos;
      const char* const quote = plain ? "" : "'";
      line += fmt::format(" {} {}{}{}", name, quote, value, quote);
    }
  }
  return line;
}

std::vector<std::string> given_network_flags(const TrainFlags& flags) {
  const TrainFlags::Network& network = flags.network;
  std::vector<std::string> given;
  const auto note = [&](bool is_given, const char* flag) {
    if (is_given) given.emplace_back(flag);
  };
  note(network.layers.has_value(), "--layers");
  note(network.data.has_value(), "--data");
  note(network.activation.has_value(), "--activation");
  note(network.init.has_value(), "--init");
  note(network.loss.has_value(), "--loss");
  note(network.dropout.has_value(), "--dropout");
  note(network.batch_norm, "--batch-norm");
  note(network.l2.has_value(), "--l2");
  note(network.n.has_value(), "--n");
  return given;
}

}  // namespace tracer::cli

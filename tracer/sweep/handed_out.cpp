#include "tracer/sweep/handed_out.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/error.hpp"

namespace tracer {
namespace {

using nlohmann::json;
using Bytes = std::vector<std::uint8_t>;

// What is sent: "train" with the lesson, "stop" the present run, "end"; what comes back: the result, or
// that there is none, or why not. CBOR keeps every bit of a number, and a model's bytes as they are.
std::string packed(const json& message) {
  const Bytes bytes = json::to_cbor(message);
  return {bytes.begin(), bytes.end()};
}
json unpacked(const std::string& text) { return json::from_cbor(text.begin(), text.end()); }

// f(name, field) of each field of a result: what is sent, and what is read
void for_each_field(auto& result, const auto& f) {
  f("why", result.why);
  f("score", result.score);
  f("loss", result.loss);
  f("train_score", result.train_score);
  f("judged", result.judged);
  f("trained", result.trained);
  f("parameters", result.parameters);
  f("epochs", result.epochs);
  f("best_epoch", result.best_epoch);
  f("weights", result.weights);
  f("seconds", result.seconds);
}

json to_message(const FinishedRun& run) {
  const std::string model = model_bytes(run.model);
  json message{{"model", json::binary(Bytes(model.begin(), model.end()))}};
  for_each_field(run.result, [&](const char* name, const auto& field) { message[name] = field; });
  return message;
}

FinishedRun from_message(const json& message) {
  FinishedRun run;
  for_each_field(run.result,
                 [&](const char* name, auto& field) { message.at(name).get_to(field); });
  const auto& bytes = message.at("model").get_binary();
  run.model = model_of_bytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                             "the model of a run");
  return run;
}

void wait_a_little() { std::this_thread::sleep_for(std::chrono::milliseconds(2)); }

}  // namespace

HandedOut::HandedOut(Ranks& ranks) : ranks_(ranks) {
  for (int process = ranks.size() - 1; process >= 0; --process) free_.push_back(process);
}

std::optional<FinishedRun> HandedOut::train(const SweepPlan& plan, const PlannedRun& run,
                                            const std::function<bool()>& stop) {
  int process = 0;
  {
    const std::lock_guard lock(mutex_);
    process = free_.back();
    free_.pop_back();
  }
  std::optional<FinishedRun> made = process == ranks_.rank() ? run_training(plan, run.lesson, stop)
                                                             : train_at(process, run, stop);
  const std::lock_guard lock(mutex_);
  free_.push_back(process);
  return made;
}

std::optional<FinishedRun> HandedOut::train_at(int process, const PlannedRun& run,
                                               const std::function<bool()>& stop) {
  const auto send = [&](const json& message) {
    const std::lock_guard lock(mutex_);
    ranks_.send(process, packed(message));
  };
  send({{"train", run.lesson.text()}, {"name", run.lesson.name()}});
  bool stopped = false;
  for (;;) {
    if (const std::optional<std::string> text = answer_of(process)) {
      const json answer = unpacked(*text);
      if (answer.contains("error")) {
        throw Error(fmt::format("process {}: {}", process, answer.at("error").get<std::string>()));
      }
      if (answer.contains("nothing")) return std::nullopt;
      return from_message(answer);
    }
    if (!stopped && stop && stop()) {
      send({{"stop", true}});
      stopped = true;
    }
    wait_a_little();
  }
}

std::optional<std::string> HandedOut::answer_of(int process) {
  const std::lock_guard lock(mutex_);
  while (std::optional<Ranks::Message> message = ranks_.receive())
    answers_[message->from] = std::move(message->text);
  const auto found = answers_.find(process);
  if (found == answers_.end()) return std::nullopt;
  std::string text = std::move(found->second);
  answers_.erase(found);
  return text;
}

void HandedOut::end() {
  const std::lock_guard lock(mutex_);
  for (int process = 0; process < ranks_.size(); ++process) {
    if (process != ranks_.rank()) ranks_.send(process, packed({{"end", true}}));
  }
}

void train_what_is_handed_out(Ranks& ranks, const SweepPlan& plan,
                              const std::function<bool()>& stop) {
  using Clock = std::chrono::steady_clock;
  for (;;) {
    const std::optional<Ranks::Message> message = ranks.receive();
    if (!message) {
      wait_a_little();
      continue;
    }
    const json asked = unpacked(message->text);
    if (asked.contains("end")) return;
    if (asked.contains("stop")) continue;  // its run was over already
    bool stopped = false;
    Clock::time_point looked = Clock::now();
    const auto stops = [&] {  // asked after every step
      if (stopped || (stop && stop())) return true;
      const Clock::time_point now = Clock::now();
      if (now - looked < std::chrono::milliseconds(50)) return false;
      looked = now;
      stopped = ranks.receive().has_value();  // in the midst of a run there is nothing else to say
      return stopped;
    };
    json answer;
    try {
      const Source lesson(asked.at("name"), asked.at("train"));
      const std::optional<FinishedRun> run = run_training(plan, lesson, stops);
      answer = run ? to_message(*run) : json{{"nothing", true}};
    } catch (const Error& error) {
      answer = {{"error", error.what()}};
    }
    ranks.send(message->from, packed(answer));
  }
}

}  // namespace tracer

// Which computation goes on, and which makes way.
#include <condition_variable>
#include <future>
#include <thread>

#include "tests/catch.hpp"
#include "tests/serve/asking.hpp"
#include "tracer/error.hpp"
#include "tracer/serve/jobs.hpp"
#include "tracer/serve/trainings.hpp"

namespace tracer {
namespace {

// A computation that goes on until it is told what to do.
class HeldRun : public serve::Run {
 public:
  serve::Ended wait() override {
    std::unique_lock lock(mutex_);
    told_.wait(lock, [&] { return ended_.has_value(); });
    return *ended_;
  }
  void cancel() override { end({.why = serve::Ended::Why::cancelled}); }
  void interrupt() override { end({.status = 130, .output = "what it has"}); }
  std::string take() override { return "so far"; }
  void end(serve::Ended how) {
    const std::lock_guard lock(mutex_);
    if (!ended_) ended_ = std::move(how);
    told_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable told_;
  std::optional<serve::Ended> ended_;
};

class HeldRunner : public serve::Runner {
 public:
  std::shared_ptr<serve::Run> start(serve::Task) override {
    const std::lock_guard lock(mutex_);
    runs_.push_back(std::make_shared<HeldRun>());
    started_.notify_all();
    return runs_.back();
  }
  /// The k-th that was started, once it is.
  std::shared_ptr<HeldRun> run(std::size_t k) {
    std::unique_lock lock(mutex_);
    started_.wait(lock, [&] { return runs_.size() > k; });
    return runs_[k];
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return runs_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable started_;
  std::vector<std::shared_ptr<HeldRun>> runs_;
};

using Why = serve::Ended::Why;

}  // namespace

TEST_CASE("a newer computation of a pane cancels the older one, and no other", "[serve]") {
  HeldRunner runner;
  serve::Jobs jobs(runner);
  const auto begin = [&](const serve::Pane& pane, long long number) {
    return std::async(std::launch::async,
                      [&jobs, pane, number] { return jobs.run(pane, number, {}); });
  };
  auto first = begin({"p", "derive"}, 1);
  runner.run(0);
  auto other_pane = begin({"p", "graph"}, 2);
  runner.run(1);
  auto other_page = begin({"q", "derive"}, 1);
  runner.run(2);
  auto second = begin({"p", "derive"}, 3);
  CHECK(first.get().why == Why::cancelled);
  runner.run(3)->end({.output = "second"});
  CHECK(second.get().output == "second");
  runner.run(1)->end({.output = "graph"});
  runner.run(2)->end({.output = "page"});
  CHECK(other_pane.get().output == "graph");
  CHECK(other_page.get().output == "page");
}

TEST_CASE("a request that has been overtaken is not begun", "[serve]") {
  HeldRunner runner;
  serve::Jobs jobs(runner);
  auto newer = std::async(std::launch::async, [&] { return jobs.run({"p", "derive"}, 7, {}); });
  runner.run(0);
  CHECK(jobs.run({"p", "derive"}, 6, {}).why == Why::cancelled);
  CHECK(runner.count() == 1);
  runner.run(0)->end({.output = "seven"});
  CHECK(newer.get().output == "seven");
}

TEST_CASE("so many computations run at the same time, and none after the end", "[serve]") {
  HeldRunner runner;
  serve::Jobs jobs(runner, 1);
  auto first = std::async(std::launch::async, [&] { return jobs.run({"p", "derive"}, 1, {}); });
  runner.run(0);
  CHECK_THROWS_WITH(jobs.run({"q", "derive"}, 1, {}),
                    "too many computations are running; try again in a moment");
  jobs.end();
  CHECK(first.get().why == Why::cancelled);
  CHECK_THROWS_AS(jobs.run({"p", "derive"}, 2, {}), Error);
}

TEST_CASE("a training tells its news, stops when it is asked to, and is forgotten", "[serve]") {
  HeldRunner runner;
  serve::Trainings trainings(runner, std::chrono::seconds(60), 1);
  CHECK_FALSE(trainings.news("p"));
  trainings.start("p", {}, nullptr);
  CHECK(trainings.news("p")->output == "so far");
  CHECK_THROWS_AS(trainings.start("q", {}, nullptr), Error);
  trainings.stop("p");
  std::optional<serve::Trainings::News> news;
  do news = trainings.news("p");
  while (!news->ended);
  CHECK(news->ended->status == 130);
  CHECK(news->output == "what it has");
  CHECK_FALSE(trainings.news("p"));
}

TEST_CASE("a training of a page that asks no more is ended", "[serve]") {
  HeldRunner runner;
  serve::Trainings trainings(runner, std::chrono::seconds(1));
  trainings.start("p", {}, nullptr);
  CHECK(runner.run(0)->wait().why == Why::cancelled);  // by nobody else
  CHECK_FALSE(trainings.news("p"));
}

TEST_CASE("the page's last training makes way for the next", "[serve]") {
  HeldRunner runner;
  serve::Trainings trainings(runner, std::chrono::seconds(60), 1);
  trainings.start("p", {}, nullptr);
  trainings.start("p", {}, nullptr);
  CHECK(runner.run(0)->wait().why == Why::cancelled);
  trainings.stop("p");
  CHECK(runner.run(1)->wait().status == 130);
}

}  // namespace tracer

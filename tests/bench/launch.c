/* Runs a program and writes what it cost.
 *
 *   launch REPORT MOST_CPU_SECONDS PROGRAM [ARGUMENT…]
 *
 * REPORT gets one line: user and system CPU seconds, the peak of its resident memory in kB, its exit code (minus the
 * signal if one ended it). A program of its own and small, because what a process weighs counts from before it became
 * the program: started from Python, `wc` would seem to take as much memory as Python.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int count, char **words)
{
    if (count < 4)
        return 2;
    pid_t child = fork();
    if (child == 0) {
        rlim_t most = (rlim_t)atol(words[2]);
        setrlimit(RLIMIT_CPU, &(struct rlimit){most, most});
        execvp(words[3], words + 3);
        perror(words[3]);
        _exit(127);
    }
    int status;
    struct rusage cost;
    if (child < 0 || wait4(child, &status, 0, &cost) < 0) {
        perror("launch");
        return 1;
    }
    FILE *report = fopen(words[1], "w");
    if (!report)
        return 1;
    fprintf(report, "%.6f %.6f %ld %d\n", seconds(cost.ru_utime), seconds(cost.ru_stime), cost.ru_maxrss,
            WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    return fclose(report) != 0;
}

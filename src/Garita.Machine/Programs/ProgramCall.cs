using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Garita.Machine.Files;

namespace Garita.Machine.Programs;

/// <summary>
/// Runs a program without a shell, for a limited time and output. Once it has ended, what it left behind may hold its pipes open: what was said until
/// then is enough.
/// </summary>
/// <param name="path">Where it is; a name alone is looked for in PATH.</param>
/// <param name="arguments">Its arguments.</param>
public sealed class ProgramCall(string path, IReadOnlyList<string> arguments)
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private static readonly UTF8Encoding Plain = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string _path = path;

    /// <summary>What people call it.</summary>
    public string Name { get; init; } = path;

    /// <summary>How long it may take; then it is killed with all that it started.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>More octets than these end it.</summary>
    public int MostOutput { get; init; } = 8 << 20;

    /// <summary>What it reads; nothing is the end at once.</summary>
    public string Input { get; init; } = "";

    /// <summary>Its whole environment; null for this process's own.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Where a program is.</summary>
    /// <param name="program">Its name, or an absolute path.</param>
    /// <param name="folders">Where it is looked for.</param>
    /// <returns>Null when there is none that may be run.</returns>
    public static string? Find(string program, IReadOnlyList<string> folders)
    {
        if (program.StartsWith('/'))
            return MayRun(program) ? program : null;
        return program.Contains('/', StringComparison.Ordinal) ? null : folders.Select(folder => $"{folder}/{program}").FirstOrDefault(MayRun);
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it said.</returns>
    /// <exception cref="ProgramException">It cannot be run, did not end in time, or says too much.</exception>
    public CommandResult Run()
    {
        using var process = Start();
        var feeding = Feed(process);
        var output = new Listener(process.StandardOutput.BaseStream, MostOutput, () => Kill(process));
        var error = new Listener(process.StandardError.BaseStream, MostOutput, () => Kill(process));
        if (!process.WaitForExit(Limit))
        {
            Kill(process);
            throw new ProgramException(string.Create(CultureInfo.InvariantCulture, $"{Name} did not end within {Limit.TotalSeconds:0} s"));
        }

        Task.WaitAll([feeding, output.End, error.End], LastWords);
        return output.IsTooMuch || error.IsTooMuch
            ? throw new ProgramException(string.Create(CultureInfo.InvariantCulture, $"{Name} says more than {MostOutput >> 20} MiB"))
            : new CommandResult(process.ExitCode, output.Text, error.Text);
    }

    private static bool MayRun(string path)
    {
        const UnixFileMode anybody = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return FileStatus.Of(path, follow: true) is { Kind: FileKind.File } file && (file.Mode & anybody) != UnixFileMode.None;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(_path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Plain,
            WorkingDirectory = "/",
        };
        if (Environment is { } environment)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment)
                start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception refused)
        {
            throw new ProgramException($"{Name} cannot be run: {refused.Message}", refused);
        }
    }

    /// <summary>On a thread of its own: a program that does not read must not make us wait longer than its time.</summary>
    private Task Feed(Process process)
    {
        var pipe = process.StandardInput;
        if (Input.Length > 0)
            return Alone(() => Pour(pipe, Input));
        Pour(pipe, "");
        return Task.CompletedTask;
    }

    private static void Pour(StreamWriter pipe, string input)
    {
        try
        {
            pipe.Write(input);
            pipe.Close();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // It ended before it had read all: its errors say why.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself.
        }
    }

    // Pipes are read and written blocking.
    private static Task Alone(Action act) => Task.Factory.StartNew(act, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>What comes out of a pipe, as far as it came.</summary>
    private sealed class Listener
    {
        private readonly ArrayBufferWriter<byte> _all = new();

        public Listener(Stream from, int most, Action tooMuch) => End = Alone(() => Listen(from, most, tooMuch));

        public Task End { get; }

        public bool IsTooMuch { get; private set; }

        public string Text
        {
            get
            {
                lock (_all)
                    return Encoding.UTF8.GetString(_all.WrittenSpan);
            }
        }

        private void Listen(Stream from, int most, Action tooMuch)
        {
            var part = new byte[16 << 10];
            try
            {
                for (int read; (read = from.Read(part)) > 0;)
                {
                    lock (_all)
                    {
                        IsTooMuch = _all.WrittenCount + read > most;
                        if (!IsTooMuch)
                            _all.Write(part.AsSpan(0, read));
                    }

                    if (!IsTooMuch)
                        continue;
                    tooMuch();
                    return;
                }
            }
            catch (Exception closed) when (closed is IOException or ObjectDisposedException)
            {
                // Its time was over.
            }
        }
    }
}

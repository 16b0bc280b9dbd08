using System.Globalization;
using Garita.WayBack;

namespace Garita.Tests.WayBack;

/// <summary>A host whose waiting process is a task of the test, whose machine is restarted by a word, and whose processes are killed before any change to a file.</summary>
internal sealed class HeldHost : WayBackHost, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-way-back-").FullName;
    private int _changes;

    public ManualTime Time { get; } = new();

    public string Folder => _folder;

    public string Units => Path.Combine(_folder, "units");

    public string BootId { get; set; } = "first";

    /// <summary>What was run, and what it ends with.</summary>
    public List<string> Ran { get; } = [];

    public Func<string?> End { get; set; } = static () => null;

    /// <summary>Whether the process that waits starts at all.</summary>
    public bool Starts { get; set; } = true;

    public Task Waiter { get; private set; } = Task.CompletedTask;

    public Login By { get; set; } = new("root", "192.0.2.1 50000 192.0.2.2 22", 0, 7);

    /// <summary>What fails in the process that waits.</summary>
    public Action<string>? WaiterFails { get; set; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A process of somebody's.</summary>
    public WayBacks Process(Action<string>? before = null) => new(new WayBackFiles(_folder, before), Time, this);

    /// <summary>One that is killed before a change.</summary>
    public WayBacks KilledBefore(int change)
    {
        _changes = 0;
        return Process(what =>
        {
            if (_changes++ == change)
                throw new KilledException(what);
        });
    }

    public override string Boot() => BootId;

    public override Login Login() => By;

    public override BootUnit AtBoot(string folder) => new(Units, folder);

    public override void Start(string name, string id, string folder, string what)
    {
        if (Starts)
            Waiter = Process(WaiterFails).WaitAsync(name);
    }

    public override Task<string?> RunAsync(IReadOnlyList<string> command)
    {
        Ran.Add(string.Join(' ', command));
        return Task.FromResult(End());
    }

    /// <summary>Lets time pass until something has ended.</summary>
    public async Task PassUntilEndAsync(Task task)
    {
        for (var step = 0; step < 100_000 && !task.IsCompleted; step++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Yield();
        }

        await task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>The files of a state, without those that are locks.</summary>
    public string States() => string.Join(' ', Directory.GetFiles(_folder, "x.*").Select(static path => Path.GetExtension(path)[1..]).Where(static state => state is "armed" or "going" or "gone" or "confirmed").Order(StringComparer.Ordinal));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{States()}; ran {Ran.Count}");
}

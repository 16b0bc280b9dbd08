using Garita.Gateway.Relay;

namespace Garita.Gateway.Tests.Relay.Spool;

/// <summary>What happens at a step.</summary>
public enum Fault
{
    None,
    /// <summary>The step fails, the process goes on.</summary>
    Fails,
    /// <summary>The process ends before the step; what it wrote is in the kernel.</summary>
    Killed,
    /// <summary>The power fails before the step: of names and octets there is what was flushed.</summary>
    PowerCut,
    /// <summary>The power fails before the step: names got to the disk of themselves, octets only where they were flushed.</summary>
    PowerCutAfterNames,
}

/// <summary>A disk in memory that knows what is flushed, and stops the world at a step.</summary>
internal sealed class FaultyDisk : IMailDisk
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Inode> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Inode> _flushed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _flushedFolders = new(StringComparer.Ordinal);

    /// <summary>Steps that change something, so far.</summary>
    public int Steps { get; private set; }

    public int FaultAt { get; set; } = -1;

    public Fault Fault { get; set; }

    /// <summary>Whether the process has ended.</summary>
    public bool IsDead { get; private set; }

    public IReadOnlyList<string> Left
    {
        get
        {
            lock (_lock)
                return [.. _names.Keys];
        }
    }

    /// <summary>The machine starts again.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            if (Fault is Fault.PowerCut)
            {
                _names.Clear();
                _folders.Clear();
                _folders.UnionWith(_flushedFolders);
                foreach (var (name, inode) in _flushed.Where(entry => _folders.Contains(Path.GetDirectoryName(entry.Key)!)))
                    _names.Add(name, inode);
            }

            if (Fault is Fault.PowerCut or Fault.PowerCutAfterNames)
            {
                foreach (var inode in _names.Values)
                    inode.Octets = inode.Flushed;
            }

            Fault = Fault.None;
            IsDead = false;
        }
    }

    /// <summary>Changes the octets of a file.</summary>
    public void Damage(string ending)
    {
        lock (_lock)
        {
            var inode = _names.Single(entry => entry.Key.EndsWith(ending, StringComparison.Ordinal)).Value;
            inode.Octets = [.. inode.Octets];
            inode.Octets[180] ^= 1;
        }
    }

    public void MakeFolder(string path)
    {
        lock (_lock)
        {
            if (_folders.Contains(path))
                return;
            Step();
            _folders.Add(path);
        }

        FlushFolder(Path.GetDirectoryName(path)!);
    }

    public IMailFile Create(string path)
    {
        lock (_lock)
        {
            Step();
            if (!_folders.Contains(Path.GetDirectoryName(path)!))
                throw new DirectoryNotFoundException(path);
            var inode = new Inode();
            if (!_names.TryAdd(path, inode))
                throw new IOException("exists");
            return new File(this, inode);
        }
    }

    public IMailFile Open(string path)
    {
        lock (_lock)
        {
            Alive();
            return _names.TryGetValue(path, out var inode) ? new File(this, inode) : throw new FileNotFoundException(path);
        }
    }

    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            Step();
            if (!_names.Remove(from, out var inode))
                throw new FileNotFoundException(from);
            _names[to] = inode;
        }
    }

    public void Delete(string path)
    {
        lock (_lock)
        {
            Step();
            _names.Remove(path);
        }
    }

    public void FlushFolder(string path)
    {
        lock (_lock)
        {
            Step();
            foreach (var name in _flushed.Keys.Where(name => In(name) && !_names.ContainsKey(name)).ToList())
                _flushed.Remove(name);
            foreach (var (name, inode) in _names.Where(entry => In(entry.Key)))
                _flushed[name] = inode;
            _flushedFolders.UnionWith(_folders.Where(In));
        }

        bool In(string name) => string.Equals(Path.GetDirectoryName(name), path, StringComparison.Ordinal);
    }

    public IReadOnlyList<string> Folders(string path)
    {
        lock (_lock)
            return [.. _folders.Where(folder => string.Equals(Path.GetDirectoryName(folder), path, StringComparison.Ordinal)).Select(static folder => Path.GetFileName(folder))];
    }

    public IEnumerable<(string Name, long Length)> Files(string path)
    {
        lock (_lock)
            return [.. _names.Where(entry => string.Equals(Path.GetDirectoryName(entry.Key), path, StringComparison.Ordinal)).Select(static entry => (Path.GetFileName(entry.Key), (long)entry.Value.Octets.Length))];
    }

    private void Alive()
    {
        if (IsDead)
            throw new IOException("the process has ended");
    }

    private void Step()
    {
        Alive();
        if (Steps++ != FaultAt || Fault == Fault.None)
            return;
        IsDead = Fault != Fault.Fails;
        throw new IOException("injected");
    }

    private sealed class Inode
    {
        public byte[] Octets { get; set; } = [];

        public byte[] Flushed { get; set; } = [];
    }

    private sealed class File(FaultyDisk disk, Inode inode) : IMailFile
    {
        public long Length => inode.Octets.Length;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> octets, long offset)
        {
            lock (disk._lock)
            {
                disk.Step();
                var grown = new byte[Math.Max(inode.Octets.Length, (int)offset + octets.Length)];
                inode.Octets.CopyTo(grown, 0);
                octets.Span.CopyTo(grown.AsSpan((int)offset));
                inode.Octets = grown;
            }

            return default;
        }

        public void Flush()
        {
            lock (disk._lock)
            {
                disk.Step();
                inode.Flushed = inode.Octets;
            }
        }

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset)
        {
            lock (disk._lock)
            {
                disk.Alive();
                var count = Math.Max(0, Math.Min(buffer.Length, inode.Octets.Length - (int)offset));
                inode.Octets.AsSpan((int)offset, count).CopyTo(buffer.Span);
                return ValueTask.FromResult(count);
            }
        }

        public void Dispose()
        {
            // Octets stay with the inode.
        }
    }
}

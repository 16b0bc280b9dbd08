using System.Net;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Admission;

/// <summary>Why a newcomer is turned away at accept.</summary>
internal enum AdmissionAnswer : byte
{
    Admitted,
    Full,
    ClientLimit,
    NetworkLimit,
    Banned,
}

/// <summary>Counts connections in all, by client and by network, and says whether one more may come.</summary>
internal sealed class ConnectionCounts
{
    private readonly Dictionary<ulong, int> _counts = [];
    private readonly Lock _lock = new();
    private int _total;

    internal int Total => Volatile.Read(ref _total);

    internal AdmissionAnswer TryEnter(IPAddress client, LimitSettings limits, int slots)
    {
        var clientKey = ClientNetwork.ClientKey(client);
        var networkKey = ClientNetwork.NetworkKey(client);
        lock (_lock)
        {
            if (_total >= slots)
                return AdmissionAnswer.Full;
            if (_counts.GetValueOrDefault(clientKey) >= limits.ConnectionsPerClient)
                return AdmissionAnswer.ClientLimit;
            if (_counts.GetValueOrDefault(networkKey) >= limits.ConnectionsPerNetwork)
                return AdmissionAnswer.NetworkLimit;
            Add(clientKey, 1);
            Add(networkKey, 1);
            _total++;
            return AdmissionAnswer.Admitted;
        }
    }

    internal void Leave(IPAddress client)
    {
        lock (_lock)
        {
            Add(ClientNetwork.ClientKey(client), -1);
            Add(ClientNetwork.NetworkKey(client), -1);
            _total--;
        }
    }

    private void Add(ulong key, int change)
    {
        ref var count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _);
        count += change;
        if (count == 0)
            _counts.Remove(key);
    }
}

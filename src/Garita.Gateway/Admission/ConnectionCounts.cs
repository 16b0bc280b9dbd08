using System.Net;
using System.Runtime.InteropServices;

namespace Garita.Gateway.Admission;

/// <summary>Counts connections in all, by client and by network.</summary>
internal sealed class ConnectionCounts
{
    private readonly Dictionary<ulong, int> _counts = [];
    private readonly Lock _lock = new();
    private int _total;
    private int _strangers;

    /// <summary>Connections now.</summary>
    internal int Total => Volatile.Read(ref _total);

    /// <summary>Those of networks that are not trusted.</summary>
    internal int Strangers => Volatile.Read(ref _strangers);

    /// <summary>Counts a client's next connection, unless it has too many.</summary>
    /// <param name="client">The client.</param>
    /// <param name="isTrusted">Whether its network is trusted.</param>
    /// <param name="perClient">At most so many for an IPv4 /32 or IPv6 /64.</param>
    /// <param name="perNetwork">At most so many for an IPv4 /24 or IPv6 /48.</param>
    /// <param name="ofNetwork">How many its network holds now.</param>
    internal AdmissionAnswer TryEnter(IPAddress client, bool isTrusted, int perClient, int perNetwork, out int ofNetwork)
    {
        var clientKey = ClientNetwork.ClientKey(client);
        var networkKey = ClientNetwork.NetworkKey(client);
        lock (_lock)
        {
            ofNetwork = _counts.GetValueOrDefault(networkKey);
            if (_counts.GetValueOrDefault(clientKey) >= perClient)
                return AdmissionAnswer.ClientLimit;
            if (ofNetwork >= perNetwork)
                return AdmissionAnswer.NetworkLimit;
            ofNetwork++;
            Add(clientKey, 1);
            Add(networkKey, 1);
            _total++;
            if (!isTrusted)
                _strangers++;
            return AdmissionAnswer.Admitted;
        }
    }

    internal void Leave(IPAddress client, bool isTrusted)
    {
        lock (_lock)
        {
            Add(ClientNetwork.ClientKey(client), -1);
            Add(ClientNetwork.NetworkKey(client), -1);
            _total--;
            if (!isTrusted)
                _strangers--;
        }
    }

    private void Add(ulong key, int change)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _);
        count += change;
        if (count == 0)
            _counts.Remove(key);
    }
}
